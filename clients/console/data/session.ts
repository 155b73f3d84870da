// Who is signed in: the state of the session as a signal, and what the person may do.
import { signal } from "@preact/signals";
import type { OutputOf } from "../../api-client/types.ts";

export type Me = OutputOf<"get-me">;
type Action = Me["actions"]["global"][number];

/** `ended`: the page stays as it is, but nothing can be loaded or sent until somebody signs in again. */
export type SessionState =
  | { kind: "starting" }
  | { kind: "signed-out" }
  | { kind: "failed"; error: unknown }
  | { kind: "signed-in"; me: Me }
  | { kind: "ended"; me: Me };

export const session = signal<SessionState>({ kind: "starting" });

/** The API takes the token no longer, and the issuer renews it no longer. */
export function endSession(): void {
  const { value } = session;
  if (value.kind === "signed-in") session.value = { kind: "ended", me: value.me };
}

/** Returns who is signed in. @throws Error on pages that are shown to nobody */
export function requireMe(): Me {
  const { value } = session;
  if ("me" in value) return value.me;
  throw new Error("Nobody is signed in.");
}

/** Whether the person may do this to what belongs to the team; null: to what is global. */
export function isAllowed({ actions }: Me, action: Action, teamId: string | null): boolean {
  if (teamId === null) return actions.global.includes(action);
  return actions.everyTeam.includes(action) || (actions.teams[teamId]?.includes(action) ?? false);
}

/** Whether there is anything to which the person may do this. */
export function isAllowedSomewhere({ actions }: Me, action: Action): boolean {
  const everywhere = [actions.everyTeam, actions.global, ...Object.values(actions.teams)];
  return everywhere.some((allowed) => allowed.includes(action));
}
