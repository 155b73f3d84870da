// Who is asking: the claims of a verified token, read exactly; an odd shape gives no roles, never more.
import * as z from "zod";

export const TEAM_ROLES = ["admin", "responder", "observer"] as const;
export type TeamRole = (typeof TEAM_ROLES)[number];

/** `subject` is the token's `sub`; a caller's roles in a team are those that its groups name, and no other. */
export type Caller = {
  subject: string;
  email?: string;
  name?: string;
  platformAdmin: boolean;
  teams: Readonly<Record<string, readonly TeamRole[]>>;
};

const TEAM_GROUP = /^team:([A-Za-z0-9_-]{1,64}):(admin|responder|observer)$/;

/** Gives this group a role? Every other one gives nothing, without a word. */
export const givesRole = (group: string) => group === "platform-admin" || TEAM_GROUP.test(group);

/** One group: a text that could be several is none. */
const ONE_GROUP = /^[^\s,[\]]+$/;

/**
 * The groups of a token's own payload: a list of texts, or the text of one group. Null where the claim has another
 * shape, or could be read in more than one way: nothing is guessed. A name in a list is one name, whatever is in it.
 */
export function parseGroups(claim: unknown): string[] | null {
  if (claim === undefined || claim === null || claim === "") return [];
  if (Array.isArray(claim)) return claim.every((group) => typeof group === "string") ? claim : null;
  return typeof claim === "string" && ONE_GROUP.test(claim) ? [claim] : null;
}

/**
 * A caller from the claims of a token's payload, or null when they name nobody. `groupsClaim` is the name of the claim
 * with the groups; ambiguous ones give no role.
 */
export function callerFromClaims(claims: Record<string, unknown>, groupsClaim: string): Caller | null {
  const subject = z.string().min(1).max(256).safeParse(claims["sub"]);
  if (!subject.success) return null;
  const groups = parseGroups(claims[groupsClaim]) ?? [];
  return {
    subject: subject.data,
    ...textClaim("email", claims),
    ...textClaim("name", claims),
    platformAdmin: groups.includes("platform-admin"),
    teams: parseTeams(groups),
  };
}

function textClaim(key: "email" | "name", claims: Record<string, unknown>): { [K in typeof key]?: string } {
  const value = claims[key];
  return typeof value === "string" && value !== "" ? { [key]: value.slice(0, 256) } : {};
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
