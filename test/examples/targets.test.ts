// Each example runs against a receiver that asks for what the system's public documents ask for.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Example, readExamples } from "../../infra/local/examples/read-examples.ts";
import { ask, startApi, type TestApi } from "../support/api.ts";
import { carryOut } from "../support/carry-out.ts";
import { approve, idOf, start } from "../support/library.ts";
import { type ReceivedRequest, type Receiver, startReceiver } from "../support/receiver.ts";
import { findFaults, secretOf, TARGET_SYSTEMS, type TargetSystem } from "../support/target-systems.ts";

const EXAMPLES = readExamples();
const nameOf = ({ file }: Example) => file.replace(".yaml", "");

let api: TestApi;
let receiver: Receiver;
let current: TargetSystem;
let refuses = false;
/** Requests that the system took, and why it would not take the others. */
let accepted: ReceivedRequest[] = [];
let faults: string[] = [];

beforeAll(async () => {
  api = await startApi();
  receiver = await startReceiver((request) => {
    if (request.path.endsWith("/oauth2/v2.0/token")) return grantToken(request);
    const found = findFaults(current, request);
    faults.push(...found);
    if (found.length > 0) return { status: 400, body: found.join("; ") };
    accepted.push(request);
    return (refuses && current.refusal) || current.answer;
  });
});
afterAll(async () => {
  await receiver.close();
  await api.stop();
});

/** Microsoft's token endpoint reads the client from the body. */
function grantToken({ body }: ReceivedRequest) {
  const fields = new URLSearchParams(body);
  const isRight =
    fields.get("grant_type") === "client_credentials" && fields.get("client_secret") === secretOf("azure");
  if (!isRight) return { status: 401, body: '{"error":"invalid_client"}' };
  return { body: '{"token_type":"Bearer","expires_in":3599,"access_token":"token-of-azure-4d2e"}' };
}

const REFERENCE = /^arn:aws:secretsmanager:[a-z0-9-]+:\d+:secret:runbooks\/([a-z-]+)-AbCdEf$/;

/** The definition as it is, but for the addresses, which are the receiver's, and for the secrets, which are texts. */
function localized(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/^https:\/\/[^/]+/, receiver.url);
  if (Array.isArray(value)) return value.map(localized);
  if (typeof value !== "object" || value === null) return value;
  const { secretArn } = value as { secretArn?: string };
  if (secretArn !== undefined) return secretOf(REFERENCE.exec(secretArn)?.[1] ?? "");
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, localized(member)]));
}

async function approvedExample({ runbook }: Example): Promise<string> {
  const { webhookUrl, webhookAuth, secrets, signature, ...rest } = runbook as Record<string, unknown>;
  const outbound = localized({ webhookUrl, webhookAuth, secrets, signature }) as object;
  const body = { ...rest, ...JSON.parse(JSON.stringify(outbound)) };
  const created = await ask("create-runbook", { body });
  expect(created.problem).toBeNull();
  expect(created.body).toMatchObject({ warnings: [] });
  const runbookId = idOf(created);
  await approve(runbookId, 1);
  return runbookId;
}

async function run(example: Example, refusal = false) {
  current = TARGET_SYSTEMS[nameOf(example)] as TargetSystem;
  [refuses, accepted, faults] = [refusal, [], []];
  const runbookId = await approvedExample(example);
  const executionId = await start(runbookId, example.example);
  await carryOut(executionId);
  return { runbookId, executionId, shown: await ask("get-execution", { params: { executionId } }) };
}

it("there are at least 24 examples, each with a system that judges it, and no system without one", () => {
  expect(EXAMPLES.length).toBeGreaterThanOrEqual(24);
  expect(EXAMPLES.map(nameOf)).toEqual(Object.keys(TARGET_SYSTEMS).sort());
});

it("an example is saved as it is written: with its addresses, and its secrets as references", async () => {
  for (const { runbook, file } of EXAMPLES) {
    const { problem, body } = await ask("create-runbook", { body: runbook });
    expect(problem, file).toBeNull();
    expect(body, file).toMatchObject({ warnings: [] });
  }
});

it.each(EXAMPLES.map((example) => [nameOf(example), example] as const))(
  "%s: the system takes the request at the first attempt, and what is shown holds no secret",
  async (_, example) => {
    const { runbookId, shown } = await run(example);
    expect(faults).toEqual([]);
    expect(accepted).toHaveLength(1);
    expect(shown.body).toMatchObject({
      status: "SUCCESS",
      attempts: [{ outcome: "delivered", statusCode: current.answer.status }],
    });
    const { location } = current.answer.headers ?? {};
    if (location) expect(shown.body).toMatchObject({ result: { headers: { location } } });
    const preview = await ask("preview-runbook", { params: { runbookId }, body: example.example });
    for (const text of [shown.text, preview.text])
      expect(text).not.toMatch(/key-of-|token-of-|GenieKey eb|Splunk 1234|T024BE7LD/);
  },
);

const REFUSABLE = EXAMPLES.filter((example) => TARGET_SYSTEMS[nameOf(example)]?.refusal);

it.each(REFUSABLE.map((example) => [nameOf(example), example] as const))(
  "%s: no run succeeds in which the system did nothing",
  async (_, example) => {
    const { shown } = await run(example, true);
    expect(faults).toEqual([]);
    expect(shown.body).toMatchObject({ status: "FAILED" });
  },
);

it("the signature of ansible-eda is that of GitHub's webhooks", async () => {
  const example = EXAMPLES.find((each) => nameOf(each) === "ansible-eda") as Example;
  await run(example);
  const [request] = accepted;
  const expected = createHmac("sha256", secretOf("eda"))
    .update(request?.body ?? "")
    .digest("hex");
  expect(request?.headers["x-hub-signature-256"]).toBe(`sha256=${expected}`);
});
