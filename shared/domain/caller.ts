// Builds the caller from the claims of a verified token. A claim of an unexpected shape gives no roles.
import * as z from "zod";
import { MAX_DISPLAY_NAME, toDisplayText } from "./display-text.ts";
import { MARK_PREFIX } from "./erasure.ts";
import { listScopedRoles, MACHINE_SUBJECT, type MachineClients, readMachine } from "./machine.ts";

export const TEAM_ROLES = ["admin", "responder", "observer"] as const;
export type TeamRole = (typeof TEAM_ROLES)[number];

/**
 * `subject` is a person's `sub`, or `client:` and the id of a machine client. Roles come only from a person's groups, or
 * from a machine's scopes. Email and name are for display alone.
 */
export type Caller = {
  subject: string;
  email?: string;
  name?: string;
  platformAdmin: boolean;
  platformAuditor: boolean;
  teams: Readonly<Record<string, readonly TeamRole[]>>;
};

const PLATFORM_ADMIN = "platform-admin";
const PLATFORM_AUDITOR = "platform-auditor";
const TEAM_GROUP = /^team:([A-Za-z0-9_-]{1,64}):(admin|responder|observer)$/;

/** Whether this group gives a role. Other groups are ignored silently. */
export const givesRole = (group: string) =>
  group === PLATFORM_ADMIN || group === PLATFORM_AUDITOR || TEAM_GROUP.test(group);

/** Whether a machine may have this role. Never platform admin: what these approve and look at, a person does. */
export const givesMachineRole = (role: string) => role !== PLATFORM_ADMIN && givesRole(role);

/** Exactly one group. A string that could be a list of groups does not match. */
const ONE_GROUP = /^[^\s,[\]]+$/;

/**
 * Returns the groups from a token's payload: an array of strings, or a string that is one group. Returns null if the
 * claim has another shape or is ambiguous. An array element is always one group, whatever characters it has.
 */
export function parseGroups(claim: unknown): string[] | null {
  if (claim === undefined || claim === null || claim === "") return [];
  if (Array.isArray(claim)) return claim.every((group) => typeof group === "string") ? claim : null;
  return typeof claim === "string" && ONE_GROUP.test(claim) ? [claim] : null;
}

/**
 * Returns the caller named by a token's payload, or null if `sub` is missing, or is a name that no person has.
 * `groupsClaim` is the claim that holds the groups. Ambiguous groups give no role. A token of one of the `machines` has
 * the roles of its scopes and no groups; every other token has the roles of its groups, whatever its scopes are.
 */
export function callerFromClaims(
  claims: Record<string, unknown>,
  groupsClaim: string,
  machines: MachineClients = {},
): Caller | null {
  const machine = readMachine(claims, machines);
  if (machine) return { ...machine, ...parseRoles(listMachineRoles(claims)) };
  const subject = Subject.safeParse(claims["sub"]);
  if (!subject.success) return null;
  const groups = parseGroups(claims[groupsClaim]) ?? [];
  const named = { ...textClaim("email", claims), ...textClaim("name", claims) };
  return { subject: subject.data, ...named, ...parseRoles(groups) };
}

/** No person is written into an audit as a machine is, nor as one who was erased. */
const Subject = z
  .string()
  .min(1)
  .max(256)
  .refine((subject) => !subject.startsWith(MACHINE_SUBJECT) && !subject.startsWith(MARK_PREFIX));

const parseRoles = (groups: readonly string[]) => ({
  platformAdmin: groups.includes(PLATFORM_ADMIN),
  platformAuditor: groups.includes(PLATFORM_AUDITOR),
  teams: parseTeams(groups),
});

const listMachineRoles = (claims: Record<string, unknown>) =>
  listScopedRoles(claims).filter(givesMachineRole);

function textClaim(key: "email" | "name", claims: Record<string, unknown>): { [K in typeof key]?: string } {
  const value = claims[key];
  const text = typeof value === "string" ? toDisplayText(value, MAX_DISPLAY_NAME) : null;
  return text === null ? {} : { [key]: text };
}

/**
 * Returns the claims by which a token of a person with these attributes names it: the name, else the e-mail address, as
 * `…ByName` shows them. None, if nothing visible is in either.
 */
export function namingClaims(attributes: Record<string, unknown>): { name?: string; email?: string } {
  const name = textClaim("name", attributes);
  return "name" in name ? name : textClaim("email", attributes);
}

/** What a token says of itself: groups, or scopes of a machine, that give no role, and when it expires. */
export type TokenFacts = { ignoredGroups: string[]; expiresAt: string | null };

/** Groups that `describeToken` returns, and the length of each. */
const MAX_IGNORED = { groups: 100, characters: 256 } as const;

/** Returns what a verified token's payload says besides its caller. An ambiguous groups claim is returned as text. */
export function describeToken(
  claims: Record<string, unknown>,
  groupsClaim: string,
  machines: MachineClients = {},
): TokenFacts {
  const useless = readMachine(claims, machines)
    ? listScopedRoles(claims).filter((role) => !givesMachineRole(role))
    : listGroups(claims[groupsClaim]).filter((group) => !givesRole(group));
  const ignored = useless.map((group) => toDisplayText(group, MAX_IGNORED.characters) ?? "");
  const ignoredGroups = [...new Set(ignored)].slice(0, MAX_IGNORED.groups);
  return { ignoredGroups, expiresAt: toTime(claims["exp"]) };
}

const listGroups = (claim: unknown) =>
  parseGroups(claim) ?? [typeof claim === "string" ? claim : JSON.stringify(claim)];

/** Reads seconds since 1970, up to the year 9999. */
function toTime(seconds: unknown): string | null {
  const parsed = z.number().min(0).max(253_402_300_799).safeParse(seconds);
  return parsed.success ? new Date(Math.floor(parsed.data) * 1000).toISOString() : null;
}

function parseTeams(groups: readonly string[]): Record<string, TeamRole[]> {
  const teams = new Map<string, TeamRole[]>();
  for (const group of groups) {
    const [, team, role] = TEAM_GROUP.exec(group) ?? [];
    const known = TEAM_ROLES.find((r) => r === role);
    if (team && known) teams.set(team, [...(teams.get(team) ?? []), known]);
  }
  return Object.fromEntries(teams);
}
