// Named secrets and the receiver's own signature: where they may stand, what is sent, and what is shown of them.
import "../../support/quiet.ts";
import { createHmac } from "node:crypto";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { beforeAll, describe, expect, it } from "vitest";
import { ExecutionView } from "../../../shared/domain/executions/execution-view.ts";
import { MASK } from "../../../shared/domain/runbooks/webhook-auth.ts";
import { ask, everyItem, startApi, type TestApi } from "../../support/api.ts";
import { carryOut } from "../../support/carry-out.ts";
import { approve, approvedIn, draftIn, fresh, GIVEN, start } from "../../support/library.ts";
import { type ReceivedRequest, type Receiver, startReceiver } from "../../support/receiver.ts";

let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  api = await startApi();
  const echo = ({ path, headers, body }: ReceivedRequest) => ({
    body: JSON.stringify({ path, headers, body }),
  });
  receiver = await startReceiver(echo);
  return async () => {
    await receiver.close();
    await api.stop();
  };
});

const SIG = "the+signature/of-the-flow";
const KEY = 'the routing key "of" the shop';
const USED = {
  secrets: { sig: SIG, key: KEY },
  webhookHeaders: { "x-key": "v1 {{secrets.sig}}" },
  payloadTemplate: '{"routing_key":{{secrets.key}},"upper":"{{uppercase secrets.sig}}"}',
};
const used = () => ({ ...USED, webhookUrl: `${receiver.url}/invoke/{{secrets.sig}}?sig={{secrets.sig}}` });

async function run(changes: object): Promise<{ view: ExecutionView; text: string; sent: ReceivedRequest }> {
  const executionId = await start(await approvedIn("payments", changes));
  await carryOut(executionId);
  const sent = receiver.requests.at(-1);
  if (sent?.headers["webhook-id"] !== executionId) throw new Error("Nothing was received");
  const { body, text } = await ask("get-execution", { params: { executionId } });
  return { view: ExecutionView.parse(body), text, sent };
}

const pointersOf = async (changes: object) => {
  const { problem } = await ask("create-runbook", { body: { ...GIVEN, ...changes } });
  return problem?.errors?.map(({ pointer }) => pointer);
};

describe("a named secret", () => {
  it("[F7] is sent in path, query, headers and body, and masked in evidence and in what comes back", async () => {
    const { view, text, sent } = await run(used());
    const encoded = encodeURIComponent(SIG);
    expect(sent.path).toBe(`/invoke/${encoded}?sig=${encoded}`);
    expect(sent.headers["x-key"]).toBe(`v1 ${SIG}`);
    expect(JSON.parse(sent.body)).toEqual({ routing_key: KEY, upper: SIG.toUpperCase() });
    expect(view).toMatchObject({
      status: "SUCCESS",
      request: {
        url: `${receiver.url}/invoke/${MASK}?sig=${MASK}`,
        headers: { "x-key": `v1 ${MASK}` },
        body: `{"routing_key":"${MASK}","upper":"${MASK}"}`,
      },
    });
    const stored = JSON.stringify(await everyItem(api.table));
    for (const secret of [SIG, encoded, KEY, JSON.stringify(KEY).slice(1, -1), SIG.toUpperCase()]) {
      expect(text).not.toContain(secret);
      expect(stored).not.toContain(secret);
    }
  });

  it("is masked in every answer, kept when its mask comes back, and a change of it is a change", async () => {
    const runbookId = await draftIn("payments", used());
    const params = { runbookId };
    const shown = { sig: MASK, key: MASK };
    const { body } = await ask("get-runbook", { params });
    expect(body).toMatchObject({ secrets: shown });
    const change = async (secrets: object) => {
      const answer = await ask("update-runbook", { params, body: { secrets } });
      return Object(answer.body).version;
    };
    expect(await change(shown)).toBe(1);
    expect(await change({ ...shown, sig: "another-signature" })).toBe(2);
    const { body: diff } = await ask("diff-versions", { params: { ...params, version: "2" } });
    expect(Object(diff).differences).toEqual([{ field: "secrets.sig", change: "changed" }]);
    expect(await change({ ...shown, more: "one-more-secret" })).toBe(3);
    const { body: added } = await ask("diff-versions", { params: { ...params, version: "3" } });
    expect(Object(added).differences).toEqual([{ field: "secrets.more", change: "added", to: MASK }]);
  });

  it("[F9] is bound to the origin of the URL, and asked for again when that changes", async () => {
    const runbookId = await draftIn("payments", used());
    const change = (body: object) => ask("update-runbook", { params: { runbookId }, body });
    const webhookUrl = "http://127.0.0.1:9/{{secrets.sig}}";
    const { problem } = await change({ webhookUrl });
    expect(problem?.errors?.map(({ pointer }) => pointer).sort()).toEqual(["/secrets/key", "/secrets/sig"]);
    expect((await change({ webhookUrl, secrets: { sig: SIG, key: KEY } })).status).toBe(200);
    const rollback = { params: { runbookId }, body: { toVersion: 1 } };
    expect((await ask("rollback-runbook", rollback)).problem?.errors?.length).toBe(2);
  });

  it("stays as a token endpoint moves, for it is not sent there", async () => {
    const webhookAuth = { type: "oauth2", clientId: "c", clientSecret: "the-client-secret" };
    const at = (port: number) => ({ ...webhookAuth, tokenUrl: `http://127.0.0.1:${port}/token` });
    const runbookId = await draftIn("payments", { ...used(), webhookAuth: at(8) });
    const asked = { params: { runbookId }, body: { webhookAuth: at(9) } };
    expect((await ask("update-runbook", asked)).status).toBe(200);
  });

  it("can lie in Secrets Manager; its line break, and a token with its scheme, are named", async () => {
    const manager = new SecretsManagerClient({});
    const secretOf = async (SecretString: string) => {
      const Tags = [{ Key: "runbooks:team", Value: "@all" }];
      const { ARN } = await manager.send(new CreateSecretCommand({ Name: fresh("s"), SecretString, Tags }));
      return { secretArn: String(ARN) };
    };
    const plain = { webhookUrl: `${receiver.url}/`, payloadTemplate: '{"k":"{{secrets.k}}"}' };
    const { sent, text } = await run({ ...plain, secrets: { k: await secretOf("a-referenced-secret") } });
    expect(sent.body).toBe('{"k":"a-referenced-secret"}');
    expect(text).not.toContain("a-referenced-secret");
    const failed = async (changes: object) => {
      const executionId = await start(await approvedIn("payments", { ...plain, ...changes }));
      await carryOut(executionId);
      return ExecutionView.parse((await ask("get-execution", { params: { executionId } })).body).error
        ?.message;
    };
    expect(await failed({ secrets: { k: await secretOf("ends-badly\n") } })).toContain(
      "The secret /secrets/k ends in a line break",
    );
    const token = await secretOf("Bearer of-a-token");
    const webhookAuth = { type: "bearer", token };
    expect(await failed({ secrets: { k: "a-secret" }, webhookAuth })).toContain("without `Bearer `");
    const user = await secretOf('{"username":"svc-runbooks","password":"the-password"}');
    const basic = {
      type: "basic",
      username: { ...user, secretKey: "username" },
      password: { ...user, secretKey: "password" },
    };
    const known = await run({ ...plain, secrets: { k: "a-secret" }, webhookAuth: basic });
    const credentials = Buffer.from("svc-runbooks:the-password").toString("base64");
    expect(known.sent.headers["authorization"]).toBe(`Basic ${credentials}`);
    expect(known.text).not.toContain("svc-runbooks");
  });

  it.each([
    [{ webhookUrl: "http://127.0.0.1:9{{secrets.a}}/", secrets: { a: "a-secret" } }, ["/webhookUrl"]],
    [{ payloadTemplate: '{"a":"{{secrets.b}}"}', secrets: { a: "a-secret" } }, ["/payloadTemplate"]],
    [{ secrets: { "1a": "a-secret" } }, ["/secrets/1a"]],
    [{ secrets: { a: "short" } }, ["/secrets/a"]],
    [{ secrets: { a: "a-secret\n" } }, ["/secrets/a"]],
    [{ secrets: { a: MASK } }, ["/secrets/a"]],
    [
      { secrets: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`s${n}`, "a-secret"])) },
      ["/secrets"],
    ],
    [{ webhookAuth: { type: "bearer", token: "Bearer abcdef" } }, ["/webhookAuth/token"]],
  ])("%.70j is refused at its place", async (changes, pointers) => {
    expect(await pointersOf(changes)).toEqual(pointers);
  });
});

describe("a literal credential", () => {
  it.each([
    [{ webhookUrl: "http://127.0.0.1:9/invoke?sig=abcdef123456" }, "/webhookUrl"],
    [{ webhookUrl: "http://127.0.0.1:9/?token=abcdef123456" }, "/webhookUrl"],
    [{ payloadTemplate: '{"routing_key":"0123456789abcdef"}' }, "/payloadTemplate"],
    [{ webhookHeaders: { "DD-API-KEY": "0123456789abcdef" } }, "/webhookHeaders/DD-API-KEY"],
    [{ webhookHeaders: { "X-Vault-Token": "s.abcdef0123456789" } }, "/webhookHeaders/X-Vault-Token"],
    [{ payloadFormat: "form", payloadTemplate: "api_key=0123456789abcdef" }, "/payloadTemplate"],
  ])("[F2] of %j is refused, and the way that works is named", async (changes, pointer) => {
    const { problem } = await ask("create-runbook", { body: { ...GIVEN, ...changes } });
    expect(problem?.errors).toEqual([
      { pointer, code: "invalid_value", message: expect.stringContaining("{{secrets.name}}") },
    ]);
  });
});

describe("a signature of the receiver's own", () => {
  const secret = "the-secret-of-the-hub";
  const signature = { header: "X-Hub-Signature-256", encoding: "hex", prefix: "sha256=", secret };

  it("is the HMAC of the body in its header, beside the standard one, and shown without its secret", async () => {
    const { sent, view, text } = await run({ webhookUrl: receiver.url, signature });
    const expected = createHmac("sha256", secret).update(sent.body).digest("hex");
    expect(sent.headers["x-hub-signature-256"]).toBe(`sha256=${expected}`);
    expect(sent.headers["webhook-signature"]).toMatch(/^v1,/);
    expect(view.definitionSnapshot.signature).toEqual({ ...signature, secret: MASK });
    expect(view.request?.headers["x-hub-signature-256"]).toBe("(set at each attempt)");
    expect(text).not.toContain(secret);
    const base64 = await run({
      webhookUrl: receiver.url,
      signature: { header: "x-sign", encoding: "base64", secret },
    });
    const plain = createHmac("sha256", secret).update(base64.sent.body).digest("base64");
    expect(base64.sent.headers["x-sign"]).toBe(plain);
  });

  it("is kept over a change, gone with null, and asked for again at another origin", async () => {
    const runbookId = await approvedIn("payments", { webhookUrl: receiver.url, signature });
    const change = (body: object) => ask("update-runbook", { params: { runbookId }, body });
    await change({ description: "Restarts it gently" });
    await approve(runbookId, 3);
    await carryOut(await start(runbookId));
    expect(receiver.requests.at(-1)?.headers["x-hub-signature-256"]).toMatch(/^sha256=[0-9a-f]{64}$/);
    const moved = await change({ webhookUrl: "http://127.0.0.1:9/" });
    expect(moved.problem?.errors?.map(({ pointer }) => pointer)).toEqual(["/signature/secret"]);
    expect((await change({ signature: null })).body).not.toHaveProperty("signature");
  });

  it.each([
    [{ ...signature, header: "webhook-signature" }, "/signature/header"],
    [{ ...signature, header: "Content-Type" }, "/signature/header"],
    [{ ...signature, header: "not a name" }, "/signature/header"],
    [{ ...signature, header: "x-taken" }, "/signature/header"],
    [{ ...signature, encoding: "base32" }, "/signature/encoding"],
    [{ ...signature, prefix: "a b" }, "/signature/prefix"],
    [{ ...signature, secret: "a-secret\n" }, "/signature/secret"],
  ])("%j is refused at %s", async (given, pointer) => {
    expect(await pointersOf({ signature: given, webhookHeaders: { "X-Taken": "1" } })).toEqual([pointer]);
  });
});
