// An approval or a deprecation that its caller asks for again is answered as it was; anybody else's is refused.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ALL_ROUTES, type RouteName } from "../../../shared/contract/routes.ts";
import {
  type ApiAnswer,
  type Asked,
  ask,
  everyItem,
  PLATFORM_ADMIN,
  person,
  renewTable,
  startApi,
  type TestApi,
} from "../../support/api.ts";
import { approvedIn, draftIn } from "../../support/library.ts";
import { aroundSdkCalls } from "../../support/sdk-calls.ts";
import { makerOf } from "../../support/valid-requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});
beforeEach(() => renewTable(api));

const EVE = { ...person("platform-admin"), sub: "eve" };
const codeOf = ({ problem }: ApiAnswer) => problem?.code;

/** What is done, on what, and how it is asked for in other words. */
const CHANGES: readonly [RouteName, () => Promise<string>, object, object][] = [
  ["approve-runbook", () => draftIn("payments"), { version: 1, note: "Fine" }, { version: 1, note: "Good" }],
  ["deprecate-runbook", () => approvedIn("payments"), { reason: "Old" }, { reason: "Older" }],
];

describe.each(CHANGES)("%s", (name, made, body, otherwise) => {
  const asking = async (): Promise<Asked> => ({ params: { runbookId: await made() }, body });

  it("asked for again is answered as before, and nothing is written", async () => {
    const asked = await asking();
    const first = await ask(name, asked);
    const stored = await everyItem(api.table);
    const second = await ask(name, asked);
    expect([second.status, second.body, second.headers["etag"]]).toEqual([
      200,
      first.body,
      first.headers["etag"],
    ]);
    expect(await everyItem(api.table)).toEqual(stored);
  });

  it("requested five times at once is done once, and all get the same answer", async () => {
    const asked = await asking();
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(name, asked)));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it("asked for again with the ETag that it was made from is answered, with any other refused", async () => {
    const asked = await asking();
    const { headers } = await ask(name, asked);
    const now = Number(headers["etag"]?.slice(1, -1));
    const at = (version: number) => ask(name, { ...asked, headers: { "if-match": `"${version}"` } });
    expect((await at(now - 1)).status).toBe(200);
    expect(codeOf(await at(now + 1))).toBe("precondition_failed");
  });

  it("asked for by somebody else, or with other words, is refused as ever", async () => {
    const asked = await asking();
    expect((await ask(name, asked)).status).toBe(200);
    expect(codeOf(await ask(name, { ...asked, as: EVE }))).toBe("invalid_transition");
    expect(codeOf(await ask(name, { ...asked, body: otherwise }))).toBe("invalid_transition");
  });

  it("asked for again after somebody changed the runbook is refused", async () => {
    const asked = await asking();
    await ask(name, asked);
    const params = { runbookId: asked.params?.["runbookId"] ?? "" };
    await ask("rollback-runbook", { params, body: { toVersion: 1 }, as: EVE });
    expect(["invalid_transition", "version_conflict"]).toContain(codeOf(await ask(name, asked)));
  });

  it("asked for again by a caller that has lost the right is not permitted", async () => {
    const asked = await asking();
    await ask(name, asked);
    const lost = { ...PLATFORM_ADMIN, groups: ["team:payments:admin"] };
    expect(codeOf(await ask(name, { ...asked, as: lost }))).toBe("not_permitted");
  });
});

/** By what somebody else is faster. */
const OTHERS: Record<string, RouteName> = { automation: "update-automation", source: "update-source" };

const CONDITIONAL = ALL_ROUTES.filter(([, { headers }]) => "if-match" in (headers?.shape ?? {}));

describe.each(CONDITIONAL)("%s with If-Match", (name) => {
  const withEtag = (asked: Asked, etag: string) => ({
    ...asked,
    headers: { ...asked.headers, "if-match": etag },
  });
  const current = async ({ params = {} }: Asked) => {
    const kind =
      "automationId" in params ? "get-automation" : "sourceId" in params ? "get-source" : "get-runbook";
    return (await ask(kind, { params })).headers["etag"] ?? "";
  };

  it("does nothing when it no longer holds, or never did", async () => {
    const asked = await makerOf(name)("payments");
    const now = Number((await current(asked)).slice(1, -1));
    const stored = await everyItem(api.table);
    for (const version of [now - 1, now + 1].filter((v) => v > 0)) {
      expect(codeOf(await ask(name, withEtag(asked, `"${version}"`))), String(version)).toBe(
        "precondition_failed",
      );
    }
    expect(await everyItem(api.table)).toEqual(stored);
  });

  it("is refused as such when somebody is faster between its reading and its writing", async () => {
    const asked = withEtag(await makerOf(name)("payments"), "");
    const etag = await current(asked);
    const [, noun = ""] = name.split("-");
    const other = OTHERS[noun] ?? "update-runbook";
    const body = { name: "Somebody was faster" };
    const stop = aroundSdkCalls(async (call, send) => {
      if (call.name !== "TransactWriteItems") return send();
      stop();
      expect((await ask(other, { params: asked.params ?? {}, body })).problem).toBeNull();
      return send();
    });
    expect(codeOf(await ask(name, withEtag(asked, etag)))).toBe("precondition_failed");
  });

  it("applies the change while it matches", async () => {
    const asked = await makerOf(name)("payments");
    expect((await ask(name, withEtag(asked, await current(asked)))).problem).toBeNull();
  });
});

const REVIEWS_AND_ROTATION: readonly string[] = ["request-review", "request-changes", "rotate-credential"];

it("every change of an existing runbook, automation or source accepts If-Match", () => {
  const changing = ["update", "delete", "approve", "deprecate", "withdraw", "rollback"];
  const names = ALL_ROUTES.map(([name]) => name).filter((name) => {
    if (REVIEWS_AND_ROTATION.includes(name)) return true;
    const [verb = "", noun = ""] = name.split("-");
    return changing.includes(verb) && ["runbook", "automation", "source"].includes(noun);
  });
  expect(CONDITIONAL.map(([name]) => name).sort()).toEqual(names.sort());
});

it("a deprecated runbook is rolled back by a platform admin alone: to its team's admin it is refused, and nothing is stored", async () => {
  const runbookId = await approvedIn("payments");
  const rollback = (as: NonNullable<Asked["as"]>) =>
    ask("rollback-runbook", { params: { runbookId }, body: { toVersion: 1 }, as });
  await ask("deprecate-runbook", { params: { runbookId }, body: {} });
  const stored = await everyItem(api.table);
  expect(codeOf(await rollback(person("team:payments:admin")))).toBe("not_permitted");
  expect(await everyItem(api.table)).toEqual(stored);
  expect((await rollback(PLATFORM_ADMIN)).status).toBe(200);
});
