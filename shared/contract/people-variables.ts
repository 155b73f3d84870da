// Who calls, as environment variables: which claims, clients and groups of the issuer the service believes.
import * as z from "zod";
import { givesRole } from "../domain/caller.ts";
import { parseJson } from "../domain/json.ts";
import type { MachineClients } from "../domain/machine.ts";
import type { GroupMap } from "../domain/provider-groups.ts";

/** What a token must say of itself. `access`: it is no ID token. `at+jwt`: its header says so (RFC 9068). */
export const TOKEN_TYPES = ["access", "at+jwt", "any"] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

/** Name and client id of one machine. */
const PAIR = /^([a-z][a-z0-9-]{0,31})=([\w.:@-]{1,128})$/;

/** `name=clientId`, comma separated → client id → name. */
const Machines = z
  .string()
  .default("")
  .transform((text, context): MachineClients => {
    const pairs = text
      .split(",")
      .map((pair) => pair.trim())
      .filter((pair) => pair !== "")
      .map((pair) => PAIR.exec(pair));
    const known = pairs.flatMap((pair) => (pair ? [[pair[2] ?? "", pair[1] ?? ""] as const] : []));
    const clients = new Map(known);
    if (known.length === pairs.length && clients.size === pairs.length) return Object.fromEntries(clients);
    context.addIssue({ code: "custom", message: "must be name=clientId, comma separated, each client once" });
    return z.NEVER;
  });

const Groups = z.record(z.string().min(1), z.array(z.string().refine(givesRole)).min(1));

/** JSON: names of groups at a provider may hold every character that could separate them. */
const GroupMapText = z
  .string()
  .default("{}")
  .transform((text, context): GroupMap => {
    const read = Groups.safeParse(parseJson(text));
    if (read.success) return read.data;
    context.addIssue({
      code: "custom",
      message: "must be the JSON of group → list of groups that give a role",
    });
    return z.NEVER;
  });

export const PEOPLE_VARIABLES = {
  GROUPS_CLAIM: z.string().min(1).default("cognito:groups").describe("The token's claim with the groups"),
  TOKEN_TYPE: z
    .enum(TOKEN_TYPES)
    .default("access")
    .describe(
      "What a token must say of itself. access: it is no ID token; at+jwt: its header has this type; any: nothing",
    ),
  MACHINE_CLIENTS: Machines.describe(
    "Clients that are programs, as name=clientId, comma separated: the scopes of their tokens are their roles",
  ),
  GROUP_MAP: GroupMapText.describe(
    "Groups of an identity provider and what they stand for, as JSON: group → list of groups of this service",
  ),
} as const;
