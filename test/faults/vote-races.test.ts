// The last vote of two, an edit, a start, an expiry, a withdrawal and a beginning at once, over DynamoDB Local: what nobody
// has approved in full, or what has expired, never runs, and whoever is refused is told why.
import "../support/quiet.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { getExecution } from "../../shared/store/executions.ts";
import { ask, callFunction, type Person, startApi, type TestApi } from "../support/api.ts";
import { violations } from "../support/invariants.ts";
import { draftIn, idOf } from "../support/library.ts";
import { LIMIT_MS, LONG, times } from "../support/long-form.ts";
import { atTime, giveOwnClocks } from "../support/own-clocks.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { atOnce, rounds } from "../support/rounds.ts";
import { aroundSdkCalls } from "../support/sdk-calls.ts";

/** Two people approve any change, for a day, and neither has written it. */
const RULES = {
  APPROVALS_REQUIRED: "low=2,medium=2,high=2",
  APPROVAL_VALID_DAYS: "low=1,medium=1,high=1",
  FOUR_EYES: "true",
};

let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver(() => ({ status: 200 }));
  giveOwnClocks();
  api = await startApi({ env: RULES });
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
  approvalExpiresAt: z.string().nullable(),
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
const read = async (runbookId: string) =>
  Shown.parse((await ask("get-runbook", { params: { runbookId } })).body);
const shown = async (runbookId: string) => {
  const { version, approvalStatus, liveVersion, approvals } = await read(runbookId);
  return [version, approvalStatus, liveVersion, approvals.map(({ by }) => by).join()];
};

/** A draft of two people's making: at version 1, with one vote of the two. */
async function halfApproved(changes: object = {}): Promise<string> {
  const runbookId = await draftIn(null, { webhookUrl: `${receiver.url}/restart`, ...changes }, ANA);
  idOf(await vote(runbookId, 1, BEN));
  return runbookId;
}

async function approved(changes: object = {}): Promise<string> {
  const runbookId = await halfApproved(changes);
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

const runsOf = async (runbookId: string) =>
  Object((await ask("list-executions", { params: { runbookId } })).body).items;

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
          expect(await runsOf(id)).toEqual([]);
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

/** In milliseconds; what is not renewed yet expires in 0. */
const AROUND = [-2, -1, 0, 1, 2] as const;
const around = (n: number) => AROUND[n % AROUND.length] ?? 0;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Live beside a draft, and renewed by one of two. `expiry`: in milliseconds, when the approval of the two ends. */
async function halfRenewed() {
  const id = await approved({ whileDraft: "run_approved" });
  idOf(await edit(id));
  const expiry = expiryOf(await read(id));
  idOf(await atTime(expiry - HOUR_MS, () => vote(id, 2, BEN)));
  return { id, expiry };
}
const expiryOf = ({ approvalExpiresAt }: z.infer<typeof Shown>) => Date.parse(String(approvalExpiresAt));

const RENEWS = '"runbook.approval_renewed"';
const STARTS_OR_BEGINS = /"execution\.(requested|started)"/;

/** Notes each run that was written, after the expiry by its own clock, before its renewal was sent. Returns how to stop. */
function watchExpired(expiries: ReadonlyMap<string, number>, found: string[]): () => void {
  const renewed = new Set<string>();
  return aroundSdkCalls(async ({ name, input }, send) => {
    const text = name === "TransactWriteItems" ? JSON.stringify(input) : "";
    const [id = ""] = /runbook_\w{26}/.exec(text) ?? [];
    if (text.includes(RENEWS)) renewed.add(id);
    const answer = await send();
    const [written] = STARTS_OR_BEGINS.exec(text) ?? [];
    if (written && !renewed.has(id) && Date.now() >= (expiries.get(id) ?? Infinity)) found.push(id + written);
    return answer;
  });
}

describe("the last vote of a renewal, its expiry and a start at once", () => {
  it(
    "start and begin what has not expired by the clock of the start, or what was renewed before it",
    async () => {
      const expiries = new Map<string, number>();
      const ranExpired: string[] = [];
      const stopWatching = watchExpired(expiries, ranExpired);
      const seen = await rounds("vote ∥ expiry", times(25, 1000), async (n) => {
        const { id, expiry } = await halfRenewed();
        expiries.set(id, expiry);
        const [votedAt, startedAt] = [expiry + around(Math.floor(n / 5)), expiry + around(n)];
        const startAndBegin = async () => {
          const started = await atTime(startedAt, () => start(id));
          if (started.problem) return { started };
          const executionId = idOf(started);
          const ended = await atTime(startedAt + 1, () => carriedOut(executionId));
          expect(bodiesOf(executionId)).toEqual(ended === "SUCCESS" ? ['{"service":"checkout"}'] : []);
          return { started, ended };
        };
        const [voted, { started, ended }] = await atOnce(
          n,
          () => atTime(votedAt, () => vote(id, 2)),
          startAndBegin,
          // Until a run begins, much is read.
          22,
        );
        expect(voted.status).toBe(200);
        expect(await shown(id)).toEqual([3, "DRAFT", 2, ""]);
        expect(expiryOf(await read(id))).toBe(votedAt + DAY_MS);
        expect(idOf(await atTime(expiry + 9, () => start(id)))).toBeTruthy();
        if (!started.problem) {
          if (ended !== "SUCCESS")
            expect([ended, startedAt + 1 >= expiry]).toEqual(["approval_expired", true]);
          return [voted.status, startedAt < expiry ? "in time" : "as renewed", ended ?? ""];
        }
        expect(startedAt).toBeGreaterThanOrEqual(expiry);
        expect(started.problem.detail).toContain(`expired on ${new Date(expiry).toISOString()}`);
        expect(await runsOf(id)).toHaveLength(1);
        return [voted.status, started.problem.code];
      });
      stopWatching();
      expect(ranExpired).toEqual([]);
      const runs = ["in time ∥ SUCCESS", "in time ∥ approval_expired", "as renewed ∥ SUCCESS"];
      const ends = ["approval_expired", ...runs].map((end) => `200 ∥ ${end}`);
      onlyThese(seen, ...ends);
      if (LONG) expect(seen.size).toBe(ends.length);
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
