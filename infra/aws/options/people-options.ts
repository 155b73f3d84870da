// The deployment options of who signs in and who calls.
import * as z from "zod";
import { PEOPLE_VARIABLES, TOKEN_TYPES } from "../../../shared/contract/people-variables.ts";
import { givesMachineRole, givesRole } from "../../../shared/domain/caller.ts";
import { arnOf, flag, groupsByName, httpsUrl, list, word } from "./option-types.ts";

/** Cognito: the name is the first part of user names, and an underscore ends it. */
const PROVIDER_NAME = /^[A-Za-z0-9-]{3,32}$/;
const RESERVED_NAME = /^(cognito|facebook|google|loginwithamazon|signinwithapple)$/i;
export const SSO_NAME = "sso";
export const SSO_SCOPE = "openid email profile";
/** API Gateway takes 10 scopes for a route. */
const MOST_SCOPES = 10;
/** Each is a client of the pool, an audience of the authorizer, and a part of a variable. */
const MOST_MACHINES = 10;
/** Bytes of JSON. Lambda takes 4,096 for all variables of a function. */
const MOST_GROUP_MAP = 3_500;

const attributes = groupsByName((name) => name !== "", "must be attribute=name at the provider").refine(
  (given) => Object.keys(given).every((name) => name === "email" || name === "name" || name === "groups"),
  "must name email, name or groups",
);

export const PEOPLE_OPTIONS = {
  ssoName: z
    .string()
    .regex(PROVIDER_NAME, "must be 3 to 32 letters, digits and -")
    .refine((name) => !RESERVED_NAME.test(name), "is the name of a provider that Cognito knows: take another")
    .default(SSO_NAME),
  ssoSamlMetadata: z.string().min(1, "must be an https address, or the path of a file").optional(),
  ssoOidcIssuer: httpsUrl.optional(),
  ssoOidcClientId: word.optional(),
  ssoOidcSecretArn: arnOf("secretsmanager", "secret:[\\w/+=.@-]+", "a secret in Secrets Manager").optional(),
  ssoOidcScope: z
    .string()
    .regex(/^openid( \S+)*$/, "must begin with openid")
    .default(SSO_SCOPE),
  ssoAttributes: attributes.default({}),
  groupMap: groupsByName(givesRole, "must be group of the provider=group that gives a role")
    .refine(
      (map) => JSON.stringify(map).length <= MOST_GROUP_MAP,
      `must be at most ${MOST_GROUP_MAP} characters as JSON: map fewer groups, or shorter names such as ids`,
    )
    .default({}),
  passwordSignIn: flag.default(true),
  mfaRequired: flag.default(false),
  machineClients: groupsByName(
    givesMachineRole,
    "must be name=role, where a role is platform-auditor or team:<teamId>:admin, :responder or :observer; what a platform admin does, a person does",
  )
    .refine(
      (machines) => Object.keys(machines).every((name) => /^[a-z][a-z0-9-]{0,31}$/.test(name)),
      "must have names of 1 to 32 of a-z, 0-9 and -, a letter first",
    )
    .refine((machines) => Object.keys(machines).length <= MOST_MACHINES, `must be at most ${MOST_MACHINES}`)
    .default({}),
  oidcScopes: list.pipe(z.array(z.string().regex(/^\S+$/)).max(MOST_SCOPES)).default([]),
  oidcTokenType: z.enum(TOKEN_TYPES).optional(),
  oidcMachineClients: z
    .string()
    .refine(
      (text) => PEOPLE_VARIABLES.MACHINE_CLIENTS.safeParse(text).success,
      "must be name=clientId, comma separated, each client once",
    )
    .default(""),
};
/** The name of the stack's output with the id of a machine's client. */
export const machineOutput = (name: string) =>
  `MachineClient${name.replaceAll(/(^|-)([a-z0-9]?)/g, (_all, _dash, letter: string) => letter.toUpperCase())}`;

export type PeopleOptions = z.output<z.ZodObject<typeof PEOPLE_OPTIONS>>;
