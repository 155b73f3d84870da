// Rotating the credential of what is live: the approval holds, and nothing but secrets can change.
import "../../support/quiet.ts";
import { beforeAll, describe, expect, it } from "vitest";
import {
  checkVersions,
  toApprovalHash,
  toVersionHash,
} from "../../../shared/domain/runbooks/version-audit.ts";
import { getApproval, getVersion, listApprovals } from "../../../shared/store/versions.ts";
import { ask, person, startApi, type TestApi } from "../../support/api.ts";
import { carryOut } from "../../support/carry-out.ts";
import { approvedIn, draftIn, start } from "../../support/library.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";

let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  api = await startApi();
  receiver = await startReceiver(() => ({ status: 200 }));
  return async () => {
    await receiver.close();
    await api.stop();
  };
});

const [FIRST, SECOND] = ["the-first-token", "the-second-token"];
const BEARER = { type: "bearer", token: FIRST } as const;
const BASIC = { type: "basic", username: "runbooks", password: FIRST } as const;
const OAUTH2 = {
  ...{ type: "oauth2", tokenUrl: "http://127.0.0.1:9/token", clientId: "runbooks", clientSecret: FIRST },
  scope: "restart",
} as const;
const CUSTOM = { type: "custom", customHeaders: { "x-key": FIRST, "x-other": FIRST } } as const;
const ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:token";

const live = (webhookAuth: object, changes: object = {}) =>
  approvedIn("payments", { webhookUrl: receiver.url, webhookAuth, ...changes });
const rotate = (runbookId: string, webhookAuth: object, more: object = {}) =>
  ask("rotate-credential", { params: { runbookId }, body: { version: 2, webhookAuth }, ...more });
const read = async (runbookId: string) => Object((await ask("get-runbook", { params: { runbookId } })).body);

describe("a rotation", () => {
  it("puts the new secret into service at once, with the approval of before", async () => {
    const runbookId = await live(BEARER);
    const before = await read(runbookId);
    const { status, body } = await rotate(runbookId, { ...BEARER, token: SECOND });
    expect([status, JSON.stringify(body)]).toEqual([200, expect.not.stringContaining(SECOND)]);
    const { approvedBy, approvedByName, approvedAt } = before;
    expect(await read(runbookId)).toMatchObject({
      ...{ version: 3, approvalStatus: "APPROVED", liveVersion: 3, lastApprovedVersion: 3 },
      ...{ approvedBy, approvedByName, approvedAt },
    });
    const id = await start(runbookId);
    await carryOut(id);
    const call = receiver.requests.find(({ headers }) => headers["webhook-id"] === id);
    expect(call?.headers["authorization"]).toBe(`Bearer ${SECOND}`);
  });

  it("is marked in the version, audited, and recorded as an approval that the audit anchors", async () => {
    const runbookId = await live(BEARER);
    await rotate(runbookId, { ...BEARER, token: SECOND }, { as: person("team:payments:admin") });
    const { approvedBy, approvedByName, approvedAt } = await read(runbookId);
    const version = await getVersion(runbookId, 3);
    expect(version).toMatchObject({
      ...{ change: "credential_rotated", changedBy: person("team:payments:admin").sub },
      ...{ approvalKept: { approvedBy, approvedByName, approvedAt }, changeNote: "Credential rotated" },
    });
    expect(await getApproval(runbookId, 3)).toMatchObject({
      ...{ approvedBy, approvedAt, definitionHash: version?.definitionHash },
    });
    const { body } = await ask("list-audit", { params: { runbookId } });
    const entries: unknown[] = Object(body).items;
    expect(entries[0]).toMatchObject({
      action: "runbook.credential_rotated",
      details: { keptApprovalOf: 2, version: 3, liveVersion: 3, approvalStatus: "APPROVED" },
    });
    const versions = await Promise.all(
      [1, 2, 3].map(async (n) => toVersionHash(await getVersion(runbookId, n), n)),
    );
    const approvals = (await listApprovals(runbookId)).map((record) =>
      toApprovalHash(record, record.version),
    );
    expect(approvals).toHaveLength(2);
    expect(checkVersions({ runbookId, versions, approvals, entries })).toEqual([]);
  });

  it("hands its approval to no version after it", async () => {
    const runbookId = await live(BEARER);
    await rotate(runbookId, { ...BEARER, token: SECOND });
    await ask("withdraw-runbook", { params: { runbookId }, body: { reason: "It does harm" } });
    expect(await getVersion(runbookId, 4)).not.toHaveProperty("approvalKept");
    expect(await getApproval(runbookId, 4)).toBeNull();
    expect(await read(runbookId)).toMatchObject({
      approvalStatus: "DRAFT",
      liveVersion: null,
      approvedBy: null,
    });
  });

  it("leaves to executions that wait the credential of their version", async () => {
    const runbookId = await live(BEARER);
    const id = await start(runbookId);
    await rotate(runbookId, { ...BEARER, token: SECOND });
    await carryOut(id);
    const call = receiver.requests.find(({ headers }) => headers["webhook-id"] === id);
    expect(call?.headers["authorization"]).toBe(`Bearer ${FIRST}`);
  });

  it.each([
    ["a password", BASIC, { ...BASIC, password: SECOND }],
    ["a client secret", OAUTH2, { ...OAUTH2, clientSecret: SECOND }],
    ["one of two headers", CUSTOM, { ...CUSTOM, customHeaders: { "x-key": SECOND, "x-other": "********" } }],
    ["a text to a reference", BEARER, { ...BEARER, token: { secretArn: ARN } }],
  ])("changes %s", async (_what, before, after) => {
    const runbookId = await live(before);
    expect((await rotate(runbookId, after)).status).toBe(200);
    expect((await read(runbookId)).liveVersion).toBe(3);
  });

  it("to the same reference makes no version", async () => {
    const runbookId = await live({ ...BEARER, token: { secretArn: ARN } });
    const { status, body } = await rotate(runbookId, { ...BEARER, token: { secretArn: ARN } });
    expect([status, Object(body).version]).toEqual([200, 2]);
  });

  it("makes nobody an author: the next edit alone counts under four eyes", async () => {
    const runbookId = await live(BEARER);
    await rotate(runbookId, { ...BEARER, token: SECOND }, { as: person("team:payments:admin") });
    expect((await getVersion(runbookId, 3))?.authors).toEqual((await getVersion(runbookId, 2))?.authors);
    expect((await getVersion(runbookId, 3))?.selfApproved).toBe(
      (await getVersion(runbookId, 2))?.selfApproved,
    );
  });
});

describe("a rotation is refused", () => {
  it.each<[string, object, object, string[]]>([
    ["another type", BEARER, { ...BASIC, password: SECOND }, ["/webhookAuth/type"]],
    ["no credential", { type: "none" }, { type: "none" }, ["/webhookAuth"]],
    ["another user", BASIC, { ...BASIC, username: "root", password: SECOND }, ["/webhookAuth/username"]],
    [
      "another token endpoint and client",
      OAUTH2,
      { ...OAUTH2, tokenUrl: "http://127.0.0.1:9/other", clientId: "root", clientSecret: SECOND },
      ["/webhookAuth/clientId", "/webhookAuth/tokenUrl"],
    ],
    [
      "an added field",
      OAUTH2,
      { ...OAUTH2, audience: "all", clientSecret: SECOND },
      ["/webhookAuth/audience"],
    ],
    [
      "other headers",
      CUSTOM,
      { ...CUSTOM, customHeaders: { "x-key": SECOND, "x-more": SECOND } },
      ["/webhookAuth/customHeaders/x-more", "/webhookAuth/customHeaders/x-other"],
    ],
    ["only masks", BEARER, { ...BEARER, token: "********" }, ["/webhookAuth"]],
  ])("for %s", async (_what, before, after, pointers) => {
    const runbookId = await live(before);
    const { status, problem } = await rotate(runbookId, after);
    expect([status, problem?.code]).toEqual([400, "malformed_request"]);
    expect(problem?.errors?.map(({ pointer }) => pointer).sort()).toEqual(pointers);
    expect(problem?.detail).toContain("Edit the runbook instead");
    expect((await read(runbookId)).version).toBe(2);
  });

  it("for what is not live: a draft, and a draft beside a live version", async () => {
    const draft = await draftIn("payments", { webhookAuth: BEARER });
    const alone = await ask("rotate-credential", {
      params: { runbookId: draft },
      body: { version: 1, webhookAuth: { ...BEARER, token: SECOND } },
    });
    expect(alone.problem).toMatchObject({
      code: "invalid_transition",
      detail: expect.stringMatching(/^Nothing is live \(DRAFT/),
    });
    const beside = await live(BEARER, { whileDraft: "run_approved" });
    await ask("update-runbook", { params: { runbookId: beside }, body: { description: "Other words" } });
    const { problem } = await rotate(beside, { ...BEARER, token: SECOND });
    expect(problem).toMatchObject({
      code: "invalid_transition",
      detail: expect.stringMatching(/^Draft 3 waits beside the live version 2/),
    });
    expect((await read(beside)).liveVersion).toBe(2);
  });

  it("for another version than the current one, and a second time", async () => {
    const runbookId = await live(BEARER);
    await rotate(runbookId, { ...BEARER, token: SECOND });
    const { problem } = await rotate(runbookId, { ...BEARER, token: SECOND });
    expect(problem?.code).toBe("version_conflict");
  });

  it("for who does not manage the runbook", async () => {
    const runbookId = await live(BEARER);
    const { problem } = await rotate(
      runbookId,
      { ...BEARER, token: SECOND },
      { as: person("team:payments:responder") },
    );
    expect(problem?.code).toBe("not_permitted");
  });
});
