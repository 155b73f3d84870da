// A library whose approvals expire, and the days that pass in it.
import { vi } from "vitest";
import * as z from "zod";
import { RunbookView } from "../../shared/domain/runbooks/runbook.ts";
import { type ApiAnswer, ask, callFunction, type Person, person } from "./api.ts";
import { draftIn, idOf } from "./library.ts";

/** Every new runbook is of high risk: it is approved by one person, for 28 days. */
export const FOUR_WEEKS = { APPROVALS_REQUIRED: "low=1", APPROVAL_VALID_DAYS: "low=7,medium=14,high=28" };

const admin = (sub: string): Person => ({ ...person("platform-admin"), sub });
export const [ANA, BEN, CYD] = [admin("ana"), admin("ben"), admin("cyd")];

/** The clock stands still but for this. */
export const passDays = (days: number, ms = 0) => vi.setSystemTime(Date.now() + days * 86_400_000 + ms);

export const approve = (runbookId: string, version: number, as = BEN, body: object = {}, headers = {}) =>
  ask("approve-runbook", { as, params: { runbookId }, body: { version, ...body }, headers });
export const edit = (runbookId: string, body: object = { description: "Gently" }) =>
  ask("update-runbook", { as: ANA, params: { runbookId }, body });

/** Written by ana, approved by ben at version 2, and live for 28 days. */
export async function liveIn(scope: string | null, changes: object = {}): Promise<string> {
  const runbookId = await draftIn(scope, { whileDraft: "run_approved", ...changes }, ANA);
  idOf(await approve(runbookId, 1));
  return runbookId;
}

export const shownIn = ({ body, problem }: ApiAnswer) => {
  if (problem) throw new Error(JSON.stringify(problem));
  return z.object(RunbookView.shape).parse(body);
};
export const shown = async (runbookId: string) =>
  shownIn(await ask("get-runbook", { params: { runbookId } }));

export async function expiring(query: Record<string, string> = {}, as: Person = CYD): Promise<string[]> {
  const { body } = await ask("list-runbooks", { as, query: { approvalExpiring: "true", ...query } });
  return Object(body).items.map(({ id }: { id: string }) => id);
}

export const sweep = () => callFunction("events/sweep", {});

/** What the audit says of the runbook's approval, oldest first. */
export async function approvalEntries(runbookId: string): Promise<string[]> {
  const { body } = await ask("list-audit", { params: { runbookId }, query: { limit: "100" } });
  const actions: string[] = Object(body).items.map(({ action }: { action: string }) => action);
  return actions.filter((action) => /^runbook\.(approv|renewal)/.test(action)).reverse();
}
