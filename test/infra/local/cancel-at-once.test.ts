// Case 1 over real HTTP: runs that are cancelled as soon as they are started, on a whole local stack.
import "../../support/quiet.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { violations } from "../../support/invariants.ts";
import { GIVEN } from "../../support/library.ts";
import { startLocalHost, type TestHost } from "../../support/local-host.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";

const ADMIN = { user: "ana", groups: ["platform-admin"] };
const Named = z.looseObject({ id: z.string() });
const Run = z.looseObject({
  status: z.string(),
  error: z.looseObject({ message: z.string() }).nullable(),
  attempts: z.array(z.looseObject({ outcome: z.string() })),
});
type Run = z.infer<typeof Run>;

let receiver: Receiver;
let host: TestHost;
beforeAll(async () => {
  receiver = await startReceiver();
  host = await startLocalHost({ streamTargets: {} });
});
afterAll(async () => {
  await host.stop();
  await receiver.close();
});

const post = (path: string, body: object) => host.ask("POST", path, { as: ADMIN, body });
const callsOf = (id: string) =>
  receiver.requests.filter(({ headers }) => headers["webhook-id"] === id).length;
const shown = async (id: string) =>
  Run.parse((await host.ask("GET", `/executions/${id}`, { as: ADMIN })).body);

async function approvedRunbook(): Promise<string> {
  const { body } = await post("/runbooks", { ...GIVEN, teamId: null, webhookUrl: `${receiver.url}/restart` });
  const { id } = Named.parse(body);
  expect((await post(`/runbooks/${id}/approve`, { version: 1 })).status).toBe(200);
  return id;
}

/** Nothing is under way any more: the run has ended, and each of its attempts has an outcome. */
const isOver = ({ status, attempts }: Run) =>
  !["PENDING", "RUNNING"].includes(status) && attempts.every(({ outcome }) => outcome !== "in_progress");

async function overRun(id: string): Promise<Run> {
  await expect.poll(async () => isOver(await shown(id))).toBe(true);
  return shown(id);
}

/** Where answer, record and receiver differ. */
async function contradictions(id: string, answer: { status: number; body: unknown }): Promise<string[]> {
  const run = await overRun(id);
  const calls = callsOf(id);
  const message = run.error?.message ?? "";
  const found: string[] = [];
  if (calls !== run.attempts.length) found.push(`${calls} calls in ${run.attempts.length} attempts`);
  if (answer.status === 409) return run.status === "SUCCESS" ? found : [...found, `409, and ${run.status}`];
  const reported = Run.parse(answer.body);
  if (run.status !== "CANCELLED") found.push(`cancelled, and ${run.status}`);
  if (reported.error?.message !== message)
    found.push(`answered «${reported.error?.message}», recorded «${message}»`);
  if (message.includes("Nothing reached the receiver") !== (calls === 0))
    found.push(`${calls} calls: ${message}`);
  return found;
}

/** Thirty runs to their ends, over HTTP: on a busy machine that takes its time. */
const PATIENCE_MS = 240_000;

describe("[I10] thirty runs, each cancelled as soon as it is started", () => {
  it(
    "end without a contradiction between answer, record and receiver",
    async () => {
      const runbookId = await approvedRunbook();
      const ids: string[] = [];
      const answers: { status: number; body: unknown }[] = [];
      for (let n = 0; n < 30; n++) {
        const { id } = Named.parse((await post(`/runbooks/${runbookId}/executions`, {})).body);
        ids.push(id);
        answers.push(await post(`/executions/${id}/cancel`, {}));
      }
      const found: string[][] = [];
      for (const [n, id] of ids.entries())
        found.push(await contradictions(id, answers[n] ?? { status: 0, body: null }));
      expect(found.flat()).toEqual([]);
      expect(await violations({ ledger: receiver.requests, settled: true })).toEqual([]);
    },
    PATIENCE_MS,
  );
});
