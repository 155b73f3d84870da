// Where a person may write runbooks.
import type { Me } from "../../data/session.ts";

/** Returns the teams; `*`: any team, and global ones. */
export function listScopes({ actions }: Me): string[] {
  if (actions.everyTeam.includes("manage")) return ["*"];
  return Object.entries(actions.teams).flatMap(([team, allowed]) =>
    allowed.includes("manage") ? [team] : [],
  );
}
