// The last vote of two, an edit, a start, a withdrawal and a beginning at once, over DynamoDB Local: what nobody has
// approved in full never runs, and whoever is refused is told why.
import "../support/quiet.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { getExecution } from "../../shared/store/executions.ts";
import { ask, callFunction, type Person, startApi, type TestApi } from "../support/api.ts";
import { violations } from "../support/invariants.ts";
import { draftIn, idOf } from "../support/library.ts";
import { LIMIT_MS, LONG, times } from "../support/long-form.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { atOnce, rounds } from "../support/rounds.ts";

let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver(() => ({ status: 200 }));
  api = await startApi({ env: { APPROVALS_REQUIRED: "low=2,medium=2,high=2", FOUR_EYES: "true" } });
});
afterAll(async () => {
  expect(await violations({ now: new Date(0), ledger: receiver.requests })).toEqual([]);
  await api.stop();
  await receiver.close();
});

const adminCalled = (sub: string): Person => ({ sub, groups: ["platform-admin"] });
const [ANA, BEN, CYD] = [adminCalled("ana"), adminCalled("ben"), adminCalled("cyd")];
const UNREVIEWED = { payloadTemplate: '{"unreviewed":"{{params.service}}"}' };
const Shown = z.looseObject({
  version: z.int(),
  approvalStatus: z.string(),
  liveVersion: z.int().nullable(),
  approvals: z.array(z.looseObject({ by: z.string() })),
});

const vote = (runbookId: string, version: number, as = CYD) =>
  ask("approve-runbook", { params: { runbookId }, body: { version }, as });
const edit = (runbookId: string) =>
  ask("update-runbook", { params: { runbookId }, body: UNREVIEWED, as: ANA });
const withdraw = (runbookId: string) =>
  ask("withdraw-runbook", { params: { runbookId }, body: { reason: "It does harm" }, as: ANA });
const start = (runbookId: string, body: object = {}) =>
  ask("start-execution", { params: { runbookId }, body, as: ANA });
const shown = async (runbookId: string) => {
  const { version, approvalStatus, liveVersion, approvals } = Shown.parse(
    (await ask("get-runbook", { params: { runbookId } })).body,
  );
  return [version, approvalStatus, liveVersion, approvals.map(({ by }) => by).join()];
};

/** A draft of two people's making: at version 1, with one vote of the two. */
async function halfApproved(): Promise<string> {
  const runbookId = await draftIn(null, { webhookUrl: `${receiver.url}/restart` }, ANA);
  idOf(await vote(runbookId, 1, BEN));
  return runbookId;
}

async function approved(): Promise<string> {
  const runbookId = await halfApproved();
  idOf(await vote(runbookId, 1));
  return runbookId;
}

const bodiesOf = (executionId: string) =>
  receiver.requests
    .filter(({ headers }) => headers["webhook-id"] === executionId)
    .map(({ body }) => String(body));

/** Carries the run out, and returns how it ended. */
async function carriedOut(executionId: string): Promise<string> {
  const delivered = await callFunction("workflow/deliver-webhook", { executionId });
  await callFunction("workflow/complete-execution", delivered);
  const { status, error } = (await getExecution(executionId)) ?? {};
  return error?.code ?? String(status);
}

function onlyThese(seen: ReadonlyMap<string, number>, ...allowed: string[]): void {
  expect([...seen.keys()].filter((pair) => !allowed.includes(pair))).toEqual([]);
  if (LONG) expect(seen.size).toBeGreaterThan(1);
}

/** Version, status, live version and votes, by how the vote and the edit were answered. */
const AFTER = new Map([
  ["200 409", [2, "APPROVED", 2, "ben,cyd"]],
  ["409 200", [2, "DRAFT", null, ""]],
  ["200 200", [3, "DRAFT", null, ""]],
]);

describe("the last vote and an edit at once", () => {
  it(
    "never make the edit live: the vote was for what was reviewed, or is refused",
    async () => {
      const seen = await rounds("vote ∥ edit", times(12, 1000), async (n) => {
        const id = await halfApproved();
        const [voted, edited] = await atOnce(
          n,
          () => vote(id, 1),
          () => edit(id),
        );
        const outcome = `${voted.status} ${edited.status}`;
        expect(await shown(id), outcome).toEqual(AFTER.get(outcome));
        if (!voted.problem && edited.problem) {
          const executionId = idOf(await start(id));
          expect(await carriedOut(executionId)).toBe("SUCCESS");
          expect(bodiesOf(executionId)).toEqual(['{"service":"checkout"}']);
        } else expect((await start(id)).problem?.code).toBe("runbook_not_approved");
        return [voted.problem?.code ?? 200, edited.problem?.code ?? 200];
      });
      onlyThese(seen, "200 ∥ version_conflict", "version_conflict ∥ 200", "200 ∥ 200");
    },
    LIMIT_MS,
  );
});

describe("the last vote and a start at once", () => {
  it(
    "start what two have approved, or nothing",
    async () => {
      const seen = await rounds("vote ∥ start", times(12, 1000), async (n) => {
        const id = await halfApproved();
        const [voted, started] = await atOnce(
          n,
          () => vote(id, 1),
          () => start(id),
        );
        expect(voted.status).toBe(200);
        expect(await shown(id)).toEqual([2, "APPROVED", 2, "ben,cyd"]);
        if (started.problem) {
          const { body } = await ask("list-executions", { params: { runbookId: id } });
          expect(Object(body).items).toEqual([]);
          return [voted.status, started.problem.code];
        }
        const executionId = idOf(started);
        expect((await getExecution(executionId))?.runbookVersion).toBe(2);
        return [voted.status, await carriedOut(executionId)];
      });
      onlyThese(seen, "200 ∥ runbook_not_approved", "200 ∥ SUCCESS");
    },
    LIMIT_MS,
  );
});

describe("a withdrawal and the beginning of a run at once", () => {
  it(
    "call the receiver once or never, as the run says, also with break-glass",
    async () => {
      const seen = await rounds("withdraw ∥ begin", times(12, 1000), async (n) => {
        const id = await approved();
        const asked = n % 3 === 0 ? { breakGlass: { reason: "Checkout is down" } } : {};
        const executionId = idOf(await start(id, asked));
        const [withdrawn, ended] = await atOnce(
          n,
          () => withdraw(id),
          () => carriedOut(executionId),
          // A beginning reads more before it writes.
          12,
        );
        expect(withdrawn.status).toBe(200);
        expect(await shown(id)).toEqual([3, "DRAFT", null, ""]);
        expect(bodiesOf(executionId)).toHaveLength(ended === "SUCCESS" ? 1 : 0);
        expect((await start(id, asked)).problem?.code).toBe("runbook_not_approved");
        return [withdrawn.status, ended];
      });
      onlyThese(seen, "200 ∥ runbook_not_approved", "200 ∥ SUCCESS");
    },
    LIMIT_MS,
  );
});
