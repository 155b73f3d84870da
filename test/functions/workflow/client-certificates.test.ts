// Runs to receivers that ask for a client certificate, of a private authority: what is shown, kept, and told.
import "../../support/quiet.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { beforeAll, describe, expect, it } from "vitest";
import { ExecutionView } from "../../../shared/domain/executions/execution-view.ts";
import { MASK } from "../../../shared/domain/runbooks/webhook-auth.ts";
import { ask, everyItem, person, startApi, type TestApi } from "../../support/api.ts";
import { carryOut } from "../../support/carry-out.ts";
import { createAuthority } from "../../support/certificates.ts";
import { approvedIn, draftIn, fresh, GIVEN, start } from "../../support/library.ts";
import { dataFolder } from "../../support/local-host.ts";
import { type Receiver, shownName, startReceiver } from "../../support/receiver.ts";

const authority = createAuthority("Acme root");
const stranger = createAuthority("Another root");
let api: TestApi;
let receiver: Receiver;
const seen: (string | null)[] = [];
beforeAll(async () => {
  const folder = dataFolder();
  const bundle = join(folder.path, "authorities.pem");
  writeFileSync(bundle, `Acme root\n${authority.cert}`);
  api = await startApi({ env: { WEBHOOK_CA_BUNDLE: bundle } });
  const tls = { ...authority.issue({ names: ["127.0.0.1"] }), ca: authority.cert, requestCert: true };
  receiver = await startReceiver(
    (_request, response) => {
      seen.push(shownName(response));
      return { body: "done" };
    },
    { tls },
  );
  return async () => {
    await receiver.close();
    await api.stop();
    folder.remove();
  };
});

/** A secret with these members, tagged for every team unless told otherwise. */
async function secretOf(content: object | string, tags: Record<string, string> = {}) {
  const all = { "runbooks:team": "@all", ...tags };
  const command = new CreateSecretCommand({
    Name: fresh("certificate"),
    SecretString: typeof content === "string" ? content : JSON.stringify(content),
    Tags: Object.entries(all).map(([Key, Value]) => ({ Key, Value })),
  });
  return { secretArn: String((await new SecretsManagerClient({}).send(command)).ARN) };
}

const contentOf = ({ cert: certificate, key }: { cert: string; key: string }) => ({ certificate, key });
const certificateOf = (name: string) => contentOf(authority.issue({ names: [name] }));

async function run(changes: object): Promise<{ view: ExecutionView; text: string }> {
  const executionId = await start(await approvedIn("payments", { webhookUrl: receiver.url, ...changes }));
  await carryOut(executionId);
  const { body, text } = await ask("get-execution", { params: { executionId } });
  return { view: ExecutionView.parse(body), text };
}

describe("a runbook with a client certificate", () => {
  it("shows it to its receiver beside its other credentials, and nothing of the key is kept", async () => {
    const content = certificateOf("payments");
    const webhookAuth = { type: "bearer", token: "a-token-of-payments" };
    const { view, text } = await run({ clientCertificate: await secretOf(content), webhookAuth });
    expect(view).toMatchObject({ status: "SUCCESS", request: { clientCertificate: MASK } });
    expect(seen.at(-1)).toBe("payments");
    expect(receiver.requests.at(-1)?.headers["authorization"]).toBe("Bearer a-token-of-payments");
    const [line = "-"] = content.key.split("\n").slice(1);
    expect(text).not.toContain(line);
    expect(JSON.stringify(await everyItem(api.table))).not.toContain(line);
  });

  it("shows its own, whichever runs before it and at the same time", async () => {
    const references = await Promise.all(["shop", "search"].map((name) => secretOf(certificateOf(name))));
    const before = seen.length;
    const runs = [...references, ...references].map((clientCertificate) => run({ clientCertificate }));
    for (const { view } of await Promise.all(runs)) expect(view.status).toBe("SUCCESS");
    expect(seen.slice(before).sort()).toEqual(["search", "search", "shop", "shop"]);
  });

  it("reads it at each delivery: a renewed one needs no new version", async () => {
    const { view } = await run({ clientCertificate: await secretOf(certificateOf("renewed")) });
    expect(view.attempts).toHaveLength(1);
    expect(seen.at(-1)).toBe("renewed");
  });

  it.each([
    ["of another team", () => secretOf(certificateOf("x"), { "runbooks:team": "shop" }), "runbooks:team"],
    [
      "for another host",
      () => secretOf(certificateOf("x"), { "runbooks:host": "a.example" }),
      "another host",
    ],
    ["that is a text", () => secretOf("a-token"), "must be a JSON object"],
    ["without its key", () => secretOf({ certificate: authority.cert }), "must be a JSON object"],
    [
      "with the key of another",
      () => secretOf({ ...certificateOf("x"), key: certificateOf("y").key }),
      "does not belong to its certificate",
    ],
    [
      "that has expired",
      () =>
        secretOf(
          contentOf(authority.issue({ names: ["x"], notBefore: new Date(0), notAfter: new Date(1e12) })),
        ),
      "has expired",
    ],
  ])("%s sends nothing, once, and names the field", async (_what, reference, words) => {
    const before = receiver.connections();
    const { view } = await run({ clientCertificate: await reference() });
    expect(view).toMatchObject({ status: "FAILED", error: { code: "secret_unavailable" } });
    expect(view.error?.message).toContain("The secret /clientCertificate ");
    expect(view.error?.message).toContain(words);
    expect(view.attempts).toHaveLength(1);
    expect(receiver.connections()).toBe(before);
  });

  it("that the receiver does not know ends as a failure of TLS or of the connection, and nothing was read", async () => {
    const before = receiver.requests.length;
    const content = contentOf(stranger.issue({ names: ["stranger"] }));
    const retryPolicy = { maxAttempts: 1 };
    const { view } = await run({ clientCertificate: await secretOf(content), retryPolicy });
    expect(view.status).toBe("FAILED");
    expect(receiver.requests.length).toBe(before);
    const without = await run({ retryPolicy });
    expect(without.view.error).toMatchObject({ code: "tls_error" });
    expect(without.view.error?.message).toContain("clientCertificate");
  });
});

describe("a bundle of authorities that cannot be read", () => {
  it("ends the attempt before anything is sent", async () => {
    const known = process.env["WEBHOOK_CA_BUNDLE"];
    process.env["WEBHOOK_CA_BUNDLE"] = "/nowhere/authorities.pem";
    const before = receiver.connections();
    const { view } = await run({ retryPolicy: { maxAttempts: 1 } });
    process.env["WEBHOOK_CA_BUNDLE"] = known;
    expect(view).toMatchObject({ status: "FAILED", error: { code: "internal_failure" } });
    expect(view.error?.message).not.toContain("nowhere");
    expect(receiver.connections()).toBe(before);
  });
});

describe("the reference to a client certificate", () => {
  const reference = { secretArn: "arn:aws:secretsmanager:eu-central-1:000000000000:secret:crt-AbCdEf" };
  const https = "https://127.0.0.1:9/hook";

  it("is shown to who manages the runbook, masked for others, and kept when its mask comes back", async () => {
    const runbookId = await draftIn("payments", { webhookUrl: https, clientCertificate: reference });
    const params = { runbookId };
    const shown = async (as?: ReturnType<typeof person>) =>
      Object((await ask("get-runbook", { params, ...(as && { as }) })).body).clientCertificate;
    expect(await shown()).toEqual(reference);
    expect(await shown(person("team:payments:responder"))).toBe(MASK);
    const change = async (clientCertificate: unknown) =>
      Object((await ask("update-runbook", { params, body: { clientCertificate } })).body);
    expect((await change(MASK)).version).toBe(1);
    const other = { secretArn: `${reference.secretArn}x` };
    expect(await change(other)).toMatchObject({ version: 2, clientCertificate: other });
    expect(await change(null)).toMatchObject({ version: 3 });
    expect(await shown()).toBeUndefined();
    const { body } = await ask("diff-versions", {
      params: { ...params, version: "2" },
      as: person("team:payments:responder"),
    });
    expect(Object(body).differences).toEqual([{ field: "clientCertificate", change: "changed" }]);
  });

  it("counts as another way to authenticate when it comes and goes, and finds the runbook by its ARN", async () => {
    const runbookId = await approvedIn("payments", { webhookUrl: https });
    const params = { runbookId };
    await ask("update-runbook", { params, body: { clientCertificate: reference } });
    const { body } = await ask("get-review", { params });
    expect(JSON.stringify(body)).toContain("The request shows a client certificate.");
    const found = await ask("list-runbooks", { query: { secretArn: reference.secretArn } });
    expect(JSON.stringify(found.body)).toContain(runbookId);
  });

  it.each([
    ["a text", "-----BEGIN PRIVATE KEY-----"],
    ["a member of a secret", { ...reference, secretKey: "certificate" }],
    ["an ARN of something else", { secretArn: "arn:aws:acm:eu-central-1:000000000000:certificate/x" }],
    ["a mask where nothing is stored", MASK],
  ])("is not %s", async (_what, clientCertificate) => {
    const { problem } = await ask("create-runbook", {
      body: { ...GIVEN, webhookUrl: https, clientCertificate },
    });
    expect(problem?.errors?.[0]?.pointer).toMatch(/^\/clientCertificate/);
  });

  it("is refused over http, where nobody would see the certificate", async () => {
    const { problem } = await ask("create-runbook", { body: { ...GIVEN, clientCertificate: reference } });
    expect(problem?.errors).toEqual([
      expect.objectContaining({ pointer: "/clientCertificate", message: expect.stringContaining("https") }),
    ]);
  });
});
