// Secrets of the webhookAuth: encrypted for one runbook and one field, shown never, and sent to the host they were given for.
import { DecryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { MASK } from "../../shared/domain/runbooks/webhook-auth.ts";
import { type Asked, ask, everyItem, person, startApi, type TestApi } from "../support/api.ts";
import { carryOut } from "../support/carry-out.ts";
import { approve, approvedIn, draftIn, fresh, start } from "../support/library.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";

let api: TestApi;
let receiver: Receiver;
/** What the receiver answers with. */
let echoed = "";
beforeAll(async () => {
  api = await startApi();
  receiver = await startReceiver(() => ({ body: echoed }));
  return async () => {
    await receiver.close();
    await api.stop();
  };
});

const OLD = "old-token-of-the-shop";
const NEW = "new-token-of-the-shop";
const bearer = (token: string) => ({ webhookAuth: { type: "bearer", token } });
const change = (runbookId: string, body: object) => ask("update-runbook", { params: { runbookId }, body });

/** The webhookAuth of the newest version, as the table holds it. */
async function storedAuth(runbookId: string): Promise<Record<string, unknown>> {
  const items = (await everyItem(api.table)).map((item) => unmarshall(item));
  const newest = items.filter((i) => i["runbookId"] === runbookId && i["definition"]).at(-1);
  const { webhookAuth } = JSON.parse(newest?.["definition"]);
  return webhookAuth;
}

/** The credential that a run sends now. */
async function sent(runbookId: string): Promise<string | undefined> {
  const before = receiver.requests.length;
  await carryOut(await start(runbookId));
  const { authorization } = receiver.requests[before]?.headers ?? {};
  return typeof authorization === "string" ? authorization : undefined;
}

describe("a secret at rest", () => {
  it("[F1][F14] is ciphertext of KMS, which opens for its runbook, its field and its origin only", async () => {
    const runbookId = await draftIn("payments", bearer(OLD));
    expect(JSON.stringify(await everyItem(api.table))).not.toContain(OLD);
    const { token } = await storedAuth(runbookId);
    const { ciphertext } = Object(token);
    const open = async (
      owner: string,
      field: string,
      purpose = "webhook-auth",
      origin = "http://127.0.0.1:9",
    ) => {
      const blob = Buffer.from(ciphertext, "base64");
      const context = { service: "runbooks", purpose, owner, field, origin };
      const kms = new KMSClient({});
      const opened = await kms.send(new DecryptCommand({ CiphertextBlob: blob, EncryptionContext: context }));
      return Buffer.from(opened.Plaintext ?? []).toString();
    };
    expect(await open(runbookId, "/webhookAuth/token")).toBe(OLD);
    await expect(open(await draftIn("payments"), "/webhookAuth/token")).rejects.toThrow();
    await expect(open(runbookId, "/webhookAuth/password")).rejects.toThrow();
    await expect(open(runbookId, "/webhookAuth/token", "parameter")).rejects.toThrow();
    const elsewhere = open(runbookId, "/webhookAuth/token", "webhook-auth", "http://127.0.0.1:8");
    await expect(elsewhere).rejects.toThrow();
  });

  it("[F14] is not stored at all where KMS does not encrypt it", async () => {
    const key = process.env["KMS_KEY_ID"];
    process.env["KMS_KEY_ID"] = "alias/no-such-key";
    const before = await everyItem(api.table);
    const asked = { body: { ...GIVEN_WITH_TOKEN, teamId: "payments" } };
    const { problem, text } = await ask("create-runbook", asked).finally(() => {
      process.env["KMS_KEY_ID"] = key;
    });
    expect(problem?.code).toBe("unavailable");
    expect(text).not.toContain(OLD);
    expect(await everyItem(api.table)).toEqual(before);
  });

  const GIVEN_WITH_TOKEN = {
    name: "Restart",
    description: "Restarts",
    webhookUrl: "http://127.0.0.1:9/",
    payloadTemplate: "{}",
    ...bearer(OLD),
  };
});

describe("a shown secret", () => {
  const AUTHS: Record<string, object> = {
    bearer: { type: "bearer", token: OLD },
    basic: { type: "basic", username: "ana", password: OLD },
    oauth2: { type: "oauth2", tokenUrl: "http://127.0.0.1:9/token", clientId: "shop", clientSecret: OLD },
    custom: { type: "custom", customHeaders: { "X-Api-Key": OLD, "X-Second": OLD } },
  };

  it.each(Object.entries(AUTHS))(
    "[F3] of type %s is masked in every answer, and kept when the mask is sent back",
    async (_type, webhookAuth) => {
      const runbookId = await draftIn("payments", { webhookAuth });
      const params = { runbookId };
      const stored = await storedAuth(runbookId);
      const shown = await ask("get-runbook", { params });
      const auth = Object(shown.body).webhookAuth;
      expect(JSON.stringify(auth)).toBe(JSON.stringify(webhookAuth).replaceAll(OLD, MASK));
      const same = await change(runbookId, { webhookAuth: auth });
      expect(same.body).toMatchObject({ version: 1 });
      await change(runbookId, { description: "Restarts it gently", webhookAuth: auth });
      expect(await storedAuth(runbookId)).toEqual(stored);
      const version = { ...params, version: "2" };
      for (const [name, asked] of [
        ["list-versions", { params }],
        ["get-version", { params: version }],
        ["diff-versions", { params: version }],
        ["list-audit", { params }],
        ["preview-runbook", { params }],
        ["list-runbooks", { query: { teamId: "payments" } }],
      ] as const) {
        expect((await ask(name, asked)).text, name).not.toContain(OLD);
      }
    },
  );

  it("[F3] is shown as changed in a diff, without either value", async () => {
    const runbookId = await draftIn("payments", bearer(OLD));
    await change(runbookId, bearer(NEW));
    const { body } = await ask("diff-versions", { params: { runbookId, version: "2" } });
    expect(body).toEqual({
      from: 1,
      to: 2,
      differences: [{ field: "webhookAuth.token", change: "changed" }],
      risk: {
        level: "high",
        reasons: [
          {
            ...{ code: "secret_changed", level: "high", pointer: "/webhookAuth/token" },
            message: "The request carries another credential.",
          },
        ],
      },
    });
  });

  it("[F3] cannot be kept where none is stored", async () => {
    const runbookId = await draftIn("payments");
    const { problem } = await change(runbookId, bearer(MASK));
    expect(problem?.errors?.[0]?.pointer).toBe("/webhookAuth/token");
  });

  it("[F7] has at least 6 characters, or nobody could find it to mask it", async () => {
    const { problem } = await change(await draftIn("payments"), bearer("12345"));
    expect(problem?.errors?.[0]?.pointer).toBe("/webhookAuth/token");
  });
});

describe("a credential", () => {
  const HOME = "http://127.0.0.1:8001/restart";
  const MOVED = [
    ["another scheme", "https://127.0.0.1:8001/restart"],
    ["another host", "http://127.0.0.2:8001/restart"],
    ["another port", "http://127.0.0.1:8002/restart"],
    ["a user's name for a host", "http://localhost:8001/restart"],
  ] as const;

  it.each(MOVED)("[F9] is not sent to %s unless it is provided again", async (_what, webhookUrl) => {
    const runbookId = await draftIn("payments", { webhookUrl: HOME, ...bearer(OLD) });
    const before = await everyItem(api.table);
    for (const body of [{ webhookUrl }, { webhookUrl, ...bearer(MASK) }]) {
      const { problem } = await change(runbookId, body);
      expect(problem).toMatchObject({ status: 400, errors: [{ pointer: "/webhookAuth/token" }] });
      expect(problem?.errors?.[0]?.message).toContain("provide it again");
    }
    expect(await everyItem(api.table)).toEqual(before);
    expect((await change(runbookId, { webhookUrl, ...bearer(NEW) })).status).toBe(200);
  });

  it("[F9] goes along to another path of its host", async () => {
    const runbookId = await draftIn("payments", { webhookUrl: HOME, ...bearer(OLD) });
    expect((await change(runbookId, { webhookUrl: "http://127.0.0.1:8001/other?x=1" })).status).toBe(200);
  });

  it("[F9] of OAuth 2 is bound to its token endpoint as well", async () => {
    const oauth = (tokenUrl: string, clientSecret: string) => ({
      webhookAuth: { type: "oauth2", tokenUrl, clientId: "shop", clientSecret },
    });
    const home = "http://127.0.0.1:8003/token";
    const runbookId = await draftIn("payments", { webhookUrl: HOME, ...oauth(home, OLD) });
    const refused = { status: 400, errors: [{ pointer: "/webhookAuth/clientSecret" }] };
    expect((await change(runbookId, oauth("http://127.0.0.1:8004/token", MASK))).problem).toMatchObject(
      refused,
    );
    expect((await change(runbookId, { webhookUrl: "http://127.0.0.2:8001/" })).problem).toMatchObject(
      refused,
    );
    expect((await change(runbookId, oauth("http://127.0.0.1:8003/v2", MASK))).status).toBe(200);
  });

  it("[F9] does not come back with an old address: a rollback to another host asks for it", async () => {
    const runbookId = await draftIn("payments", { webhookUrl: HOME, ...bearer(OLD) });
    await change(runbookId, { webhookUrl: "http://127.0.0.2:8001/", ...bearer(NEW) });
    const before = await everyItem(api.table);
    const { problem } = await ask("rollback-runbook", { params: { runbookId }, body: { toVersion: 1 } });
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: "/webhookAuth/token" }] });
    expect(await everyItem(api.table)).toEqual(before);
  });

  it("[F1] that was replaced is not revived: a rollback on the same host keeps the current one", async () => {
    const runbookId = await draftIn("payments", { webhookUrl: `${receiver.url}/`, ...bearer(OLD) });
    await change(runbookId, bearer(NEW));
    const asked: Asked = { params: { runbookId }, body: { toVersion: 1 } };
    expect((await ask("rollback-runbook", asked)).body).toMatchObject({ version: 3 });
    await approve(runbookId, 3);
    expect(await sent(runbookId)).toBe(`Bearer ${NEW}`);
  });
});

describe("an expression before the path", () => {
  const HOSTS = [
    "http://127.0.0.1{{!/v2 }}:8001/",
    "http://127.0.0.1{{!--/v2 --}}:8001/",
    "http://127.0.0.1{{~! x ~}}:8001/",
    "http://127.0.0.1:8001{{!}}",
    "http://{{!}}127.0.0.1:8001/",
    "{{!}}http://127.0.0.1:8001/",
    "http://127.0.0.1:80{{{runbook.version}}}1/",
    "http://127.0.0.1:8001\\{{/v2",
    "http://127.0.0.1{{#if runbook.name}}{{/if}}:8001/",
  ];

  it.each(HOSTS)("[F9] is refused, for any value: %s", async (webhookUrl) => {
    const runbookId = await draftIn("payments", { webhookUrl: "http://127.0.0.1:8001/", ...bearer(OLD) });
    const before = await everyItem(api.table);
    for (const body of [{ webhookUrl }, { webhookUrl, ...bearer(NEW) }]) {
      const { problem } = await change(runbookId, body);
      expect(problem?.status).toBe(400);
    }
    const { problem } = await change(runbookId, { webhookUrl, ...bearer(NEW) });
    expect(problem?.errors?.map(({ pointer }) => pointer)).toContain("/webhookUrl");
    expect(await everyItem(api.table)).toEqual(before);
  });

  it("[F9] is fine from the path on", async () => {
    const webhookUrl = "http://127.0.0.1:8001/{{! the version }}v{{runbook.version}}";
    expect((await change(await draftIn("payments"), { webhookUrl })).status).toBe(200);
  });
});

describe("a secret parameter of an earlier run", () => {
  const PIN = {
    parameters: { type: "object", properties: { pin: { type: "string", writeOnly: true } } },
    payloadTemplate: '{"pin":"{{params.pin}}"}',
  };

  it("[F9] goes to no other origin: a rerun asks for it, and nothing is stored", async () => {
    const runbookId = await approvedIn("payments", { webhookUrl: `${receiver.url}/`, ...PIN });
    const executionId = await start(runbookId, { parameters: { pin: "hunter22" } });
    await carryOut(executionId);
    const other = await startReceiver();
    await change(runbookId, { webhookUrl: `${other.url}/` });
    await approve(runbookId, 3);
    const before = await everyItem(api.table);
    const { problem } = await ask("rerun-execution", { params: { executionId } });
    expect(problem).toMatchObject({
      status: 400,
      code: "invalid_parameters",
      errors: [{ pointer: "/parameters/pin", message: expect.stringContaining("start the runbook") }],
    });
    expect(await everyItem(api.table)).toEqual(before);
    await other.close();
  });

  it("[F9] goes along to another path of its origin", async () => {
    const runbookId = await approvedIn("payments", {
      webhookUrl: `${receiver.url}/`,
      ...PIN,
    });
    const executionId = await start(runbookId, { parameters: { pin: "hunter22" } });
    await change(runbookId, { webhookUrl: `${receiver.url}/v2` });
    await approve(runbookId, 3);
    const rerun = Object((await ask("rerun-execution", { params: { executionId } })).body).id;
    await carryOut(rerun);
    expect(receiver.requests.at(-1)).toMatchObject({ path: "/v2", body: '{"pin":"hunter22"}' });
  });
});

describe("a referenced secret", () => {
  /** In Secrets Manager, with these tags. */
  async function secretArn(tags: Record<string, string>, text = "lies-in-the-vault"): Promise<string> {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const vault = new SecretsManagerClient({});
    const made = await vault.send(new CreateSecretCommand({ Name: fresh("shop"), SecretString: text, Tags }));
    return made.ARN ?? "";
  }
  const TEAM = { "runbooks:team": "payments" };
  const using = async (reference: object, scope: string | null = "payments") =>
    approvedIn(scope, { webhookUrl: `${receiver.url}/`, webhookAuth: { type: "bearer", token: reference } });

  /** What a run says that could not use its secret; nothing was sent. */
  async function refusal(runbookId: string): Promise<string> {
    const before = receiver.connections();
    const executionId = await start(runbookId);
    await carryOut(executionId);
    const { body } = await ask("get-execution", { params: { executionId } });
    expect(body).toMatchObject({ status: "FAILED", error: { code: "secret_unavailable" }, request: null });
    expect(receiver.connections()).toBe(before);
    return Object(body).error.message;
  }

  const FITS = [
    ["payments", { "runbooks:team": "payments" }],
    ["payments", { "runbooks:team": "@all" }],
    ["all", { "runbooks:team": "all" }],
    [null, { "runbooks:team": "global" }],
    [null, { "runbooks:team": "@all", "runbooks:host": "127.0.0.1" }],
  ] as const;
  it.each(FITS)(
    "[F8] of a runbook of %s is read with the tags %j, and stored as its ARN only",
    async (scope, tags) => {
      const arn = await secretArn(tags);
      const runbookId = await using({ secretArn: arn }, scope);
      expect(await sent(runbookId)).toBe("Bearer lies-in-the-vault");
      const { body } = await ask("get-runbook", { params: { runbookId } });
      expect(body).toMatchObject({ webhookAuth: { token: { secretArn: arn } } });
      expect(JSON.stringify(await everyItem(api.table))).not.toContain("lies-in-the-vault");
    },
  );

  const UNFIT = [
    ["payments", {}],
    ["payments", { "runbooks:team": "search" }],
    ["payments", { "runbooks:team": "global" }],
    [null, { "runbooks:team": "payments" }],
    ["payments", { "runbooks:team": "payments", "runbooks:host": "example.com" }],
  ] as const;
  it.each(UNFIT)("[F8][B10] of a runbook of %s is not read with the tags %j", async (scope, tags) => {
    expect(await refusal(await using({ secretArn: await secretArn(tags) }, scope))).toContain(
      "/webhookAuth/token is",
    );
  });

  const DOCUMENT = JSON.stringify({ token: "abcdefghijkl", db: { password: "sesame-open" }, port: 5432 });
  it("[F8] that is a JSON document sends the member that secretKey picks, and masks every text in it", async () => {
    const runbookId = await using({ secretArn: await secretArn(TEAM, DOCUMENT), secretKey: "token" });
    echoed = `abcdefghijkl sesame-open ${DOCUMENT}`;
    const executionId = await start(runbookId);
    await carryOut(executionId);
    echoed = "";
    expect(receiver.requests.at(-1)?.headers.authorization).toBe("Bearer abcdefghijkl");
    const { text } = await ask("get-execution", { params: { executionId } });
    expect(text).not.toMatch(/abcdefghijkl|sesame-open/);
    expect(text).toContain(MASK);
  });

  const WRONG = [
    [DOCUMENT, undefined, "pick one of its members with secretKey"],
    ['["abcdefghijkl"]', undefined, "pick one of its members with secretKey"],
    [DOCUMENT, "nothing", "has no text under its secretKey"],
    [DOCUMENT, "db", "has no text under its secretKey"],
    [DOCUMENT, "constructor", "has no text under its secretKey"],
    ["lies-in-the-vault", "token", "has no text under its secretKey"],
    ["lies-in-the-vault\n", undefined, "ends in a line break"],
    ['{"token":"lies-in-the-vault\\r\\n"}', "token", "ends in a line break"],
    ["lies-in-the-vault\r", undefined, "ends in a line break"],
    ["short", undefined, "has less than 6 characters"],
    ["x".repeat(4097), undefined, "has more than 4096 characters"],
  ] as const;
  it.each(WRONG)(
    "[F8] that is %j, with the secretKey %s, sends nothing and says that it %s",
    async (text, secretKey, why) => {
      const reference = { secretArn: await secretArn(TEAM, text), ...(secretKey && { secretKey }) };
      const message = await refusal(await using(reference));
      expect(message).toContain(
        `The secret /webhookAuth/token ${why.startsWith("pick") ? "is a JSON document: " : ""}${why}`,
      );
      expect(message).not.toContain("vault");
    },
  );

  it("[F8] is named to those who manage the runbook, and to nobody else, wherever it shows", async () => {
    const arn = await secretArn(TEAM);
    const runbookId = await using({ secretArn: arn });
    await change(runbookId, { description: "Restarts it gently" });
    await approve(runbookId, 3);
    const executionId = await start(runbookId);
    const observer = person("team:payments:observer", "team:payments:responder");
    const routes = [
      ["get-runbook", { params: { runbookId } }],
      ["list-versions", { params: { runbookId } }],
      ["get-version", { params: { runbookId, version: "2" } }],
      ["get-execution", { params: { executionId } }],
      ["start-execution", { params: { runbookId }, body: {} }],
      ["rerun-execution", { params: { executionId } }],
      ["cancel-execution", { params: { executionId } }],
    ] as const;
    for (const [route, asked] of routes) {
      const { status, text } = await ask(route, { ...asked, as: observer });
      expect(status, route).toBeLessThan(300);
      expect(text, route).not.toContain("arn:aws:secretsmanager");
      expect(text, route).toContain(MASK);
    }
    expect((await ask("get-runbook", { params: { runbookId } })).text).toContain(arn);
  });

  it("[B10] that does not exist sends nothing", async () => {
    const arn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:nothing-here-abcdef";
    const executionId = await start(await using({ secretArn: arn }));
    const before = receiver.connections();
    await carryOut(executionId);
    const { body } = await ask("get-execution", { params: { executionId } });
    const message = expect.stringMatching(
      /^The secret \/webhookAuth\/token could not be read[.] Check that its secretArn names a secret that exists, /,
    );
    expect(body).toMatchObject({ status: "FAILED", error: { code: "secret_unavailable", message } });
    expect(receiver.connections()).toBe(before);
  });
});
