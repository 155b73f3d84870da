// The API client against a local stack: from a draft to an ended run, with its refusals, lists and the wait.
import "../support/quiet.ts";
import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RunbooksClient } from "../../clients/api-client/client.ts";
import { ProblemError } from "../../clients/api-client/errors.ts";
import { ROOT } from "../../infra/docs/documents.ts";
import { signToken } from "../../infra/local/oidc/identity.ts";
import { fencesIn } from "../support/fences.ts";
import { startLocalHost, type TestHost } from "../support/local-host.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";

let host: TestHost;
let receiver: Receiver;
const statuses: number[] = [];
beforeAll(async () => {
  host = await startLocalHost();
  receiver = await startReceiver(() => ({ status: statuses.shift() ?? 200 }));
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
});

const clientOf = (user: string, ...groups: string[]) =>
  new RunbooksClient({
    baseUrl: host.api,
    token: () => signToken(host.identity, { user, groups, expiresInSeconds: 60 }),
  });

const createRunbook = (name: string) =>
  clientOf("ana", "team:payments:admin").createRunbook({
    body: {
      ...{ teamId: "payments", name, description: "Restarts one service", webhookUrl: receiver.url },
      ...{ payloadTemplate: "{}", retryPolicy: { initialDelaySeconds: 1 } },
    },
  });

describe("the client", () => {
  it("creates, approves and runs a runbook, and follows the run through a failed attempt", async () => {
    const { id: runbookId } = await createRunbook("Restart a service");
    const rob = clientOf("rob", "team:payments:responder");
    const refused = await rob.startExecution({ runbookId }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ProblemError);
    expect(refused).toMatchObject({ status: 409, code: "runbook_not_approved" });
    await clientOf("boss", "platform-admin").approveRunbook({ runbookId, body: { version: 1 } });

    statuses.push(503);
    const { id, status } = await rob.startExecution({ runbookId, body: { parameters: {} } });
    expect(status).toBe("PENDING");
    const seen: string[] = [];
    const ended = await rob.waitForEnd(id, {
      onChange: (execution) => seen.push(`${execution.status} ${execution.attempts.length}`),
    });
    expect(ended.status).toBe("SUCCESS");
    expect(ended.attempts.map(({ statusCode }) => statusCode)).toEqual([503, 200]);
    expect(seen.at(-1)).toBe("SUCCESS 2");
    expect(await rob.getExecution({ executionId: id })).toEqual(ended);
  });

  it("lists over pages, and starts one run for one key", async () => {
    const runbooks = await Promise.all(["A", "B", "C"].map((name) => createRunbook(`Many ${name}`)));
    const found: string[] = [];
    for await (const runbook of clientOf("rob", "team:payments:responder").all.listRunbooks({
      query: { q: "many", limit: 1 },
    }))
      found.push(runbook.id);
    expect(found.sort()).toEqual(runbooks.map(({ id }) => id).sort());

    const [runbookId = ""] = found;
    await clientOf("boss", "platform-admin").approveRunbook({ runbookId, body: { version: 1 } });
    const rob = clientOf("rob", "team:payments:responder");
    const headers = { "idempotency-key": "once" };
    const [one, two] = [
      await rob.request("start-execution", { runbookId, headers }),
      await rob.request("start-execution", { runbookId, headers }),
    ];
    expect([one.status, one.headers.get("location")]).toEqual([202, `/executions/${one.body.id}`]);
    expect(two.body.id).toBe(one.body.id);
    await rob.waitForEnd(one.body.id);
    const page = await rob.listExecutions({ runbookId, query: { status: ["SUCCESS"] } });
    expect(page.items.map(({ id }) => id)).toEqual([one.body.id]);
  });

  it("names each mistake of an input, and a token that is missing or expired", async () => {
    const { id: runbookId } = await createRunbook("Never run");
    const boss = clientOf("boss", "platform-admin");
    const stale = await boss
      .approveRunbook({ runbookId, body: { version: 0 } })
      .catch((error: unknown) => error);
    expect(stale).toMatchObject({ status: 400, errors: [{ pointer: "/version" }] });
    const nobody = new RunbooksClient({ baseUrl: host.api });
    await expect(nobody.listRunbooks()).rejects.toMatchObject({ status: 401, code: "unauthenticated" });
  });

  it("does what docs/api-client.md shows", async () => {
    const { id: runbookId } = await createRunbook("Restart as in the document");
    await clientOf("boss", "platform-admin").approveRunbook({ runbookId, body: { version: 1 } });
    const [block] = fencesIn("docs/api-client.md").filter(({ language }) => language === "ts");
    const program = join(host.dataDir, "example.ts");
    writeFileSync(program, (block?.text ?? "").replaceAll('"./clients/', `"${ROOT}/clients/`));
    const token = await signToken(host.identity, {
      user: "rob",
      groups: ["team:payments:responder"],
      expiresInSeconds: 60,
    });
    const env = { ...process.env, RUNBOOKS_API: host.api, RUNBOOKS_TOKEN: token };
    const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
    rmSync(program);
    // It takes no parameters: the API says so.
    expect(stdout).toContain("Restart as in the document\ninvalid_parameters ");
    expect(stdout).toContain("\n/parameters/service ");
  });
});
