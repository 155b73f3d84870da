// Executions that broke the glass.
import type { Scope } from "../../shared/domain/scopes.ts";
import { type Asked, ask, person } from "./api.ts";
import { approvedIn, idOf, start } from "./library.ts";

/** A platform admin who is not the one who asks in most tests: nobody closes what they have opened. */
const BREAKER = { ...person("platform-admin"), sub: "who-broke-the-glass" };

export const BREAK_GLASS = { reason: "Checkout is down" };

/** Returns the id of a run of a new runbook. */
export async function brokenGlassIn(scope: Scope, ranFor: Scope = null, asked: Asked = {}): Promise<string> {
  const body = { breakGlass: BREAK_GLASS, ...(scope === null && { teamId: ranFor }) };
  return start(await approvedIn(scope), body, { as: BREAKER, ...asked });
}

/** The same, cancelled. */
export async function endedBrokenGlassIn(scope: Scope, ranFor: Scope = null): Promise<string> {
  const executionId = await brokenGlassIn(scope, ranFor);
  idOf(await ask("cancel-execution", { params: { executionId } }));
  return executionId;
}
