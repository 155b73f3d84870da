// Every way to start a run × the moment at which a freeze window comes, a pause with it or not: nothing runs, and what is
// stored says why. Only who broke the glass passes.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { createFreezeWindow } from "../../shared/application/change-freeze-windows.ts";
import { createSigningSecret } from "../../shared/application/runbooks/signing-secret.ts";
import type { FreezeWindowRule } from "../../shared/domain/freeze/freeze-window.ts";
import { signingSecretWrite } from "../../shared/store/signing-secrets.ts";
import { transact } from "../../shared/store/transact.ts";
import { iso } from "../support/decision-clock.ts";
import { beforeWrites, everything, freshTable } from "../support/decision-table.ts";
import { hearLogs } from "../support/heard-logs.ts";
import { calmOutside, outside } from "../support/outside.ts";
import { act, approved, newId } from "../support/seed.ts";
import { answered, begin, PATHS, pendingIds } from "../support/start-paths.ts";

/** The first five days of April: open at the time of these tests. */
const WINDOW: FreezeWindowRule = {
  ...{ name: "Quarter end", kind: "deny", manual: "refuse", reason: "The books close", scope: null },
  ...{ schedule: "0 0 1 4 *", durationMinutes: 5 * 24 * 60, timeZone: "UTC" },
};
const freeze = (scope: string | null) =>
  createFreezeWindow({ ...WINDOW, scope, id: newId("freezewindow") }, () => act(), null);

const MOMENTS = ["before the request", "before its write", "before it begins"] as const;
const CASES = Object.keys(PATHS).flatMap((path) =>
  MOMENTS.flatMap((moment) => [null, "payments"].map((scope) => ({ path, moment, scope }))),
);

/** What is stored of a start that was refused: by an automation's decision, or a workflow's request. */
async function storedReasons(): Promise<unknown[]> {
  const items = await everything();
  const decisions = items.filter(({ sk }) => sk === "decision").map(({ reason }) => reason);
  const refusals = items.filter(({ action }) => action === "execution.rejected");
  return [...decisions, ...refusals.map(({ details }) => Object(details).reason)];
}

beforeEach(() => {
  freshTable({ INCIDENT_SOURCES: "oncall", KNOWN_TEAMS: "", WORKFLOW_SOURCES: "ci" });
  calmOutside();
  hearLogs();
});

describe("a freeze window", () => {
  it.each(CASES)("of $scope stops $path: it comes $moment", async ({ path, moment, scope }) => {
    const { changes = {}, prepare } = PATHS[path] ?? {};
    if (!prepare) throw new Error(`There is no ${path}`);
    const { state } = await approved("payments", {
      ...{ parameters: { type: "object", properties: {} }, payloadTemplate: "{}" },
      ...changes,
    });
    await transact([signingSecretWrite(await createSigningSecret(state.id, iso(0)))]);
    const start = await prepare(state.id);
    const occupants = await pendingIds();
    const change = () => freeze(scope);

    if (moment === "before the request") await change();
    if (moment === "before its write") beforeWrites(change);
    await answered(start);
    if (moment === "before it begins") await change();

    const passes = path === "a person who broke the glass";
    const started = (await pendingIds()).filter((id) => !occupants.includes(id));
    expect(started).toHaveLength(passes || moment === "before it begins" ? 1 : 0);
    for (const id of started)
      expect(await begin(id, occupants)).toMatchObject(
        passes ? { status: "RUNNING", sent: "{}" } : { status: "PENDING", sent: null, refusal: "frozen" },
      );
    expect(outside.calls).toHaveLength(passes ? 1 : 0);
    const tellsWhy = moment !== "before it begins" && ["an automation", "a workflow"].includes(path);
    expect((await storedReasons()).filter((reason) => reason !== null)).toEqual(tellsWhy ? ["frozen"] : []);
  });
});
