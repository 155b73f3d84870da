// Act one: people write, refuse, approve and run a runbook, and read its evidence.
import { type Caller, createCaller, type Execution, refusalOf, waitUntilCompleted } from "./client.ts";
import type { DemoHost } from "./host.ts";
import type { ReceivedRequest, Receiver } from "./receiver.ts";
import { buildRestartRunbook } from "./restart-runbook.ts";
import type { Screen, Step } from "./screen.ts";

export type DemoSetup = { screen: Screen; host: DemoHost; receiver: Receiver; hook: string };
export type DemoUsers = { ana: Caller; rob: Caller; boss: Caller };

/** Plays act one. Returns the approved runbook and its users for act two. */
export async function showMainJob(setup: DemoSetup): Promise<DemoUsers & { runbookId: string }> {
  const { screen, host } = setup;
  const caller = async (user: string, group: string) => createCaller(host.api, await host.token(user, group));
  const ana = await caller("ana", "team:payments:admin");
  const rob = await caller("rob", "team:payments:responder");
  const boss = await caller("boss", "platform-admin");
  const id = await writeDraft(setup, ana);
  await showRefusals(screen, id, { ana, rob, boss });
  await reviewRunbook(screen, id, { ana, boss });
  await approveRunbook(screen, id, boss);
  await showWrongParameters(setup, id, rob);
  await showPreview(screen, id, rob);
  await executeRunbook(setup, id, rob);
  await showHistory(screen, id, rob);
  return { ana, rob, boss, runbookId: id };
}

async function writeDraft({ screen, hook }: DemoSetup, ana: Caller): Promise<string> {
  let id = "";
  await screen.runStep("Ana, admin of the team payments, writes a runbook", async (step) => {
    const request = { body: buildRestartRunbook(hook) };
    const { status, body: runbook } = await ana.request("create-runbook", request);
    id = runbook.id;
    step.say(`POST /runbooks → ${status}, ${runbook.approvalStatus} version ${runbook.version}, ${id}`);
    step.expect("it is a draft at version 1", status === 201 && runbook.approvalStatus === "DRAFT");
    step.expect("the token she gave is not in the answer", !JSON.stringify(runbook).includes("prod-token"));
  });
  return id;
}

async function showRefusals(screen: Screen, id: string, { ana, rob }: DemoUsers): Promise<void> {
  await screen.runStep("Rob, on call at 3 a.m., tries to run the draft", async (step) => {
    const request = { runbookId: id, body: { parameters: { service: "checkout" } } };
    await expectProblem(step, rob.startExecution(request), 409, "runbook_not_approved");
  });
  await screen.runStep("Ana tries to approve her own runbook as a team admin", async (step) => {
    await expectProblem(
      step,
      ana.approveRunbook({ runbookId: id, body: { version: 1 } }),
      403,
      "not_permitted",
    );
  });
}

async function reviewRunbook(screen: Screen, id: string, { ana, boss }: Pick<DemoUsers, "ana" | "boss">) {
  await screen.runStep(
    "Ana asks for a review, and the platform admin reads it: the risk first",
    async (step) => {
      const note = "For the restarts at night";
      const asked = await ana.request("request-review", { runbookId: id, body: { version: 1, note } });
      step.expect("it waits, with the risk of its change", asked.body.reviewRequested?.risk === "high");
      const { items } = await boss.listRunbooks({ query: { awaitingReview: "true" } });
      step.expect(
        "it is in the list of what waits for a review",
        items.some((waiting) => waiting.id === id),
      );
      const { risk, cases, approvalsRequired } = (await boss.request("get-review", { runbookId: id })).body;
      for (const { level, message } of risk.reasons) step.say(`risk ${level}: ${message}`);
      for (const { name, matches, request } of cases) {
        step.say(
          `case "${name}": ${matches ? "matches" : "does not match"}\n${request?.method} ${request?.url}`,
        );
        step.say(request?.body ?? "");
      }
      step.expect("its case renders what Ana expects", cases.length === 1 && cases.every((c) => c.matches));
      step.expect("one approval is needed", approvalsRequired === 1);
    },
  );
}

async function approveRunbook(screen: Screen, id: string, boss: Caller): Promise<void> {
  await screen.runStep("The platform admin reviews version 1 and approves exactly that", async (step) => {
    await expectProblem(
      step,
      boss.approveRunbook({ runbookId: id, body: { version: 7 } }),
      409,
      "version_conflict",
    );
    const approval = { runbookId: id, body: { version: 1, note: "Reviewed" } };
    const { status, body: runbook } = await boss.request("approve-runbook", approval);
    step.say(
      `POST …/approve {"version":1} → ${status}, ${runbook.approvalStatus} version ${runbook.version}`,
    );
    step.expect("it is approved", status === 200 && runbook.approvalStatus === "APPROVED");
  });
}

async function showWrongParameters({ screen, receiver }: DemoSetup, id: string, rob: Caller): Promise<void> {
  await screen.runStep("Rob mistypes the parameters", async (step) => {
    const parameters = { servce: "checkout", cluster: "mars", drainSeconds: -1 };
    const call = rob.startExecution({ runbookId: id, body: { parameters } });
    const errors = await expectProblem(step, call, 400, "invalid_parameters");
    for (const { pointer, message } of errors) step.say(`${pointer}: ${message}`);
    step.expect("every mistake is named at once", errors.length === 4);
    step.expect("nothing was sent", receiver.requests.length === 0);
  });
}

async function showPreview(screen: Screen, id: string, rob: Caller): Promise<void> {
  await screen.runStep("He looks at what would be sent, before anything is", async (step) => {
    const { status, body } = await rob.request("preview-runbook", {
      runbookId: id,
      body: { parameters: { service: 'check"out', cluster: "us" } },
    });
    step.say(JSON.stringify(body, null, 2));
    step.expect("the preview masks the credential", JSON.stringify(body).includes("********"));
    step.expect(
      "a quote in a parameter stays a quote in a string",
      status === 200 && JSON.stringify(body).includes('check\\\\\\"out'),
    );
  });
}

async function executeRunbook({ screen, receiver }: DemoSetup, id: string, rob: Caller): Promise<void> {
  await screen.runStep("He runs it; the receiver fails twice before it works", async (step) => {
    receiver.answers = [
      { status: 503, body: '{"error":"starting up"}' },
      { status: 500, body: '{"error":"still starting"}' },
    ];
    const headers = { "idempotency-key": "incident-42" };
    const request = { runbookId: id, headers, body: { parameters: { service: "checkout" } } };
    const started = await rob.request("start-execution", request);
    const again = await rob.startExecution(request);
    const { id: executionId } = started.body;
    step.say(`POST …/executions → ${started.status}, ${started.headers.get("location")}`);
    step.expect("a double click with the same Idempotency-Key is the same run", again.id === executionId);
    const execution = await waitUntilCompleted(rob, executionId);
    for (const { number, outcome, statusCode, durationMs } of execution.attempts) {
      step.say(`attempt ${number}: ${statusCode} ${outcome} in ${durationMs} ms`);
    }
    step.expect("three attempts, the last one delivered, the run is a success", describeOutcome(execution));
    checkReceived(step, receiver.requests, executionId);
  });
}

const describeOutcome = ({ status, attempts }: Execution) =>
  status === "SUCCESS" && attempts.map((a) => a.statusCode).join() === "503,500,200";

function checkReceived(step: Step, requests: readonly ReceivedRequest[], executionId: string): void {
  const last = requests.at(-1);
  step.expect("the receiver got three requests", requests.length === 3);
  if (!last) return;
  step.say(`\nWhat the receiver got:\n${last.method} ${last.path}`);
  for (const name of [
    "authorization",
    "idempotency-key",
    "x-runbook-attempt",
    "webhook-id",
    "webhook-signature",
  ]) {
    step.say(`${name}: ${String(last.headers[name])}`);
  }
  step.say(last.body);
  step.expect("all three requests had the same body", new Set(requests.map((r) => r.body)).size === 1);
  const ids = new Set(requests.map((r) => r.headers["webhook-id"]));
  step.expect(
    "and the same webhook-id, so that the receiver can deduplicate",
    ids.size === 1 && ids.has(executionId),
  );
  step.expect("defaults were applied, types were kept", last.body.includes('"drainSeconds": 30'));
}

async function showHistory(screen: Screen, id: string, rob: Caller): Promise<void> {
  await screen.runStep("In the morning, everybody can read what happened", async (step) => {
    const audit = (await rob.listAudit({ runbookId: id })).items.reverse();
    for (const { at, actor, action } of audit) step.say(`${at}  ${actor}  ${action}`);
    const actions = audit.map(({ action }) => action).join(" ");
    step.expect(
      "the audit tells the whole story, in order",
      actions ===
        "runbook.created runbook.review_requested runbook.approved execution.requested execution.started execution.succeeded",
    );
  });
}

/** Returns the mistakes that the problem names. */
async function expectProblem(step: Step, call: Promise<unknown>, status: number, code: string) {
  const problem = await refusalOf(call);
  step.say(`→ ${problem?.status} ${problem?.code}: ${problem?.detail}`);
  step.expect(`refused with ${status} ${code}`, problem?.status === status && problem.code === code);
  return problem?.errors ?? [];
}
