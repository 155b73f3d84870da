// GET /runbooks by what is called and by deletion: who finds what, and what no answer says.
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import {
  ask,
  type Person,
  PLATFORM_ADMIN,
  person,
  renewTable,
  startApi,
  type TestApi,
} from "../../support/api.ts";
import { draftIn } from "../../support/library.ts";

const Row = z.looseObject({ id: z.string() });
const Page = z.looseObject({ items: z.array(Row), nextCursor: z.string().nullable() });

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

const ARN = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:payments/token-AbCdEf";
const OTHER_ARN = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:payments/user-AbCdEf";
const lea = person("team:payments:admin");
const auditor = person("platform-auditor");
const others = [person("team:payments:responder"), person("team:payments:observer"), person()];
const foreign = person("team:search:admin");

type Query = Record<string, string>;

async function rowsOf(query: Query, as: Person = PLATFORM_ADMIN) {
  const { body } = await ask("list-runbooks", { as, query: { limit: "100", ...query } });
  return Page.parse(body).items;
}
const find = async (query: Query, as?: Person) => (await rowsOf(query, as)).map(({ id }) => id);

/** The pages of one row each, joined. */
async function joined(query: Query, as: Person): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const asked: Query = { ...query, limit: "1", ...(cursor && { cursor }) };
    const page = Page.parse((await ask("list-runbooks", { as, query: asked })).body);
    found.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return found;
}

const on = (host: string) => ({ webhookUrl: `http://${host}:9/restart` });
const using = (secretArn: string) => ({ webhookAuth: { type: "bearer", token: { secretArn } } });
async function change(runbookId: string, body: object): Promise<void> {
  expect((await ask("update-runbook", { params: { runbookId }, body })).status).toBe(200);
}
const remove = (runbookId: string, as: Person) => ask("delete-runbook", { as, params: { runbookId } });

describe("host and secretArn", () => {
  let ids: Record<"old" | "token" | "search" | "global" | "elsewhere", string>;
  beforeAll(async () => {
    await renewTable(api);
    const oauth2 = {
      ...{ type: "oauth2", tokenUrl: "http://127.0.0.1:9/token", clientId: "runbooks" },
      clientSecret: { secretArn: ARN },
    };
    ids = {
      old: await draftIn("payments", { ...on("127.0.0.1"), ...using(ARN) }),
      token: await draftIn("payments", { ...on("127.0.0.3"), webhookAuth: oauth2 }),
      search: await draftIn("search", { ...on("127.0.0.1"), ...using(ARN) }),
      global: await draftIn(null, on("127.0.0.1")),
      elsewhere: await draftIn("payments", on("127.0.0.2")),
    };
  });

  it("finds the webhook and the token endpoint, in runbooks that the caller manages", async () => {
    const { old, token, search, global, elsewhere } = ids;
    expect(await find({ host: "127.0.0.1" })).toEqual([global, search, token, old]);
    expect(await find({ host: "127.0.0.1" }, lea)).toEqual([token, old]);
    expect(await find({ host: "127.0.0.1" }, foreign)).toEqual([search]);
    expect(await find({ host: "127.0.0.2" }, lea)).toEqual([elsewhere]);
    expect(await find({ host: "127.0.0.9" })).toEqual([]);
  });

  it("finds each use of a secret, that of a user name too", async () => {
    const { old, token, search } = ids;
    expect(await find({ secretArn: ARN })).toEqual([search, token, old]);
    expect(await find({ secretArn: ARN }, lea)).toEqual([token, old]);
    const password = { secretArn: ARN };
    const webhookAuth = { type: "basic", username: { secretArn: OTHER_ARN }, password };
    const basic = await draftIn("payments", { ...on("127.0.0.4"), webhookAuth });
    expect(await find({ secretArn: OTHER_ARN }, lea)).toEqual([basic]);
    const signature = { header: "x-signature", encoding: "hex", secret: { secretArn: OTHER_ARN } };
    const secrets = { first: { secretArn: OTHER_ARN } };
    const more = await draftIn("payments", { ...on("127.0.0.4"), signature, secrets });
    expect(await find({ secretArn: OTHER_ARN }, lea)).toEqual([more, basic]);
    for (const id of [basic, more]) await remove(id, PLATFORM_ADMIN);
  });

  it("[F7] tells those who do not manage a runbook nothing, also of those that they see", async () => {
    const filters = [{ host: "127.0.0.1" }, { secretArn: ARN }];
    for (const as of [...others, auditor])
      for (const filter of filters) {
        expect(await find(filter, as)).toEqual([]);
        expect(await find({ ...filter, teamId: "payments" }, as)).toEqual([]);
        expect(await find({ ...filter, deleted: "true" }, as)).toEqual([]);
      }
    expect(await find({ host: "127.0.0.1", teamId: "payments" }, foreign)).toEqual([]);
    expect(await find({ host: "127.0.0.1", teamId: "global" }, lea)).toEqual([]);
  });

  it("goes with the other filters, and comes in pages that join to the whole", async () => {
    const { old, token, search, global } = ids;
    expect(await find({ host: "127.0.0.1", teamId: "global" })).toEqual([global]);
    expect(await find({ host: "127.0.0.3", secretArn: ARN })).toEqual([token]);
    expect(await find({ host: "127.0.0.1", approvalStatus: "APPROVED" })).toEqual([]);
    expect(await find({ host: "127.0.0.1", q: "stop" })).toEqual([]);
    expect(await joined({ secretArn: ARN }, PLATFORM_ADMIN)).toEqual([search, token, old]);
    expect(await joined({ host: "127.0.0.1" }, lea)).toEqual([token, old]);
  });

  it("shows neither hosts nor secrets", async () => {
    const { text } = await ask("list-runbooks", { as: PLATFORM_ADMIN, query: { secretArn: ARN } });
    expect(text).toContain(ids.old);
    for (const hidden of ["127.0.0.", "secretsmanager", "targets"]) expect(text).not.toContain(hidden);
  });

  it("follows the current definition: a change leaves the old host and secret", async () => {
    const { old } = ids;
    await change(old, { ...on("127.0.0.5"), ...using(OTHER_ARN) });
    expect(await find({ host: "127.0.0.1" }, lea)).not.toContain(old);
    expect(await find({ secretArn: ARN }, lea)).not.toContain(old);
    expect(await find({ host: "127.0.0.5", secretArn: OTHER_ARN }, lea)).toEqual([old]);
  });

  it("follows a rollback: to the version's host, and with today's credentials", async () => {
    const back = async (runbookId: string, toVersion: number) =>
      expect((await ask("rollback-runbook", { params: { runbookId }, body: { toVersion } })).status).toBe(
        200,
      );
    const moved = await draftIn("payments", on("127.0.0.6"));
    await change(moved, on("127.0.0.7"));
    await back(moved, 1);
    expect(await find({ host: "127.0.0.7" }, lea)).toEqual([]);
    expect(await find({ host: "127.0.0.6" }, lea)).toEqual([moved]);
    const renewed = await draftIn("payments", { ...on("127.0.0.8"), ...using(ARN) });
    await change(renewed, using(OTHER_ARN));
    await back(renewed, 1);
    expect(await find({ host: "127.0.0.8", secretArn: ARN }, lea)).toEqual([]);
    expect(await find({ host: "127.0.0.8", secretArn: OTHER_ARN }, lea)).toEqual([renewed]);
  });

  it.each([
    ["LOCALHOST", "localhost"],
    ["[::1]", "[0:0:0:0:0:0:0:1]"],
  ])("compares hosts as a URL does: %s is %s", async (given, asked) => {
    const id = await draftIn("payments", on(given));
    expect(await find({ host: asked }, lea)).toEqual([id]);
    await remove(id, lea);
  });

  it.each([
    [{ host: "https://127.0.0.1" }, "/query/host"],
    [{ host: "127.0.0.1:9" }, "/query/host"],
    [{ host: "127.0.0.1/restart" }, "/query/host"],
    [{ host: "a@127.0.0.1" }, "/query/host"],
    [{ host: "" }, "/query/host"],
    [{ secretArn: "payments/token" }, "/query/secretArn"],
    [{ deleted: "yes" }, "/query/deleted"],
    [{ deleted: "true", approvalStatus: "DRAFT" }, "/query/approvalStatus"],
  ])("refuses %j", async (query, pointer) => {
    const { status, problem } = await ask("list-runbooks", { query });
    expect(status).toBe(400);
    expect(problem?.errors).toMatchObject([{ pointer }]);
  });
});

describe("deleted=true", () => {
  let ids: Record<"kept" | "payments" | "search" | "global", string>;
  beforeAll(async () => {
    await renewTable(api);
    ids = {
      kept: await draftIn("payments"),
      payments: await draftIn("payments", { name: "Empty a queue", ...using(ARN) }),
      search: await draftIn("search"),
      global: await draftIn(null),
    };
    await remove(ids.search, foreign);
    await remove(ids.global, PLATFORM_ADMIN);
    await remove(ids.payments, lea);
  });

  it("shows platform admins and auditors what was deleted, by whom and when, latest first", async () => {
    const rows = await rowsOf({ deleted: "true" });
    expect(rows).toMatchObject([
      { id: ids.payments, deletedBy: lea.sub, deletedAt: expect.any(String), name: "Empty a queue" },
      { id: ids.global, deletedBy: PLATFORM_ADMIN.sub, teamId: null },
      { id: ids.search, deletedBy: foreign.sub, teamId: "search", deletedByName: null },
    ]);
    expect(await rowsOf({ deleted: "true" }, auditor)).toEqual(rows);
    expect(await joined({ deleted: "true" }, auditor)).toEqual(rows.map(({ id }) => id));
  });

  it("goes with team, name, host and secret", async () => {
    expect(await find({ deleted: "true", teamId: "search" }, auditor)).toEqual([ids.search]);
    expect(await find({ deleted: "true", teamId: "global" })).toEqual([ids.global]);
    expect(await find({ deleted: "true", q: "queue" })).toEqual([ids.payments]);
    expect(await find({ deleted: "true", secretArn: ARN })).toEqual([ids.payments]);
    expect(await find({ deleted: "true", host: "127.0.0.1", teamId: "search" })).toEqual([ids.search]);
  });

  it("[F7] shows others none, not even of their own team", async () => {
    for (const as of [lea, foreign, ...others]) {
      expect(await find({ deleted: "true" }, as)).toEqual([]);
      expect(await find({ deleted: "true", teamId: "payments" }, as)).toEqual([]);
      expect(await find({ deleted: "true", host: "127.0.0.1" }, as)).toEqual([]);
    }
  });

  it("is apart from the others: these say that they are not deleted", async () => {
    const kept = { id: ids.kept, deletedAt: null, deletedBy: null, deletedByName: null };
    for (const as of [PLATFORM_ADMIN, lea]) {
      expect(await rowsOf({}, as)).toMatchObject([kept]);
      expect(await rowsOf({ deleted: "false", approvalStatus: "DRAFT" }, as)).toMatchObject([kept]);
    }
  });
});
