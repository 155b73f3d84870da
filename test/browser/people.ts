// The people of the browser's world, and a client for each.
import { RunbooksClient } from "../../clients/api-client/client.ts";

const PEOPLE = {
  boss: ["platform-admin"],
  pat: ["platform-admin"],
  ana: ["team:payments:admin"],
  sam: ["team:search:admin"],
  rob: ["team:payments:responder"],
  olga: ["team:payments:observer"],
} as const;
type PersonName = keyof typeof PEOPLE;
export type Callers = Record<PersonName, RunbooksClient>;

/** `tokenOf` makes a token for the name and the groups. */
export function createCallers(
  baseUrl: string,
  tokenOf: (user: string, groups: readonly string[]) => Promise<string>,
): Callers {
  const entries = Object.entries(PEOPLE).map(([user, groups]) => [
    user,
    new RunbooksClient({ baseUrl, token: () => tokenOf(user, groups) }),
  ]);
  return Object.fromEntries(entries) as Callers;
}
