// If-Match, on every route that declares it: the change is made of what the caller has read, or not at all.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { type Asked, ask, everyItem, renewTable, startApi, type TestApi } from "../../support/api.ts";
import { makerOf } from "../../support/valid-requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});
beforeEach(() => renewTable(api));

const MATCHED = ALL_ROUTES.filter(([, { headers }]) => "if-match" in (headers?.shape ?? {}));
const given = (asked: Asked, tag: string): Asked => ({
  ...asked,
  headers: { ...asked.headers, "if-match": tag },
});

/** Parameter of a path → the route that reads what it names. */
const READ_BY = [
  ["runbookId", "get-runbook"],
  ["automationId", "get-automation"],
  ["sourceId", "get-source"],
] as const;

/** The current ETag of the resource of a request. */
async function tagOf({ params = {} }: Asked): Promise<string> {
  const [, reading] = READ_BY.find(([param]) => param in params) ?? [];
  if (!reading) throw new Error("No route reads what the request is about");
  const { headers } = await ask(reading, { params });
  return headers["etag"] ?? "";
}

it("every route that changes or removes a runbook, an automation or a source accepts it", () => {
  const changing = ALL_ROUTES.filter(
    ([, { method, path }]) =>
      ["PATCH", "DELETE"].includes(method) && /^\/(runbooks|automations|sources)\//.test(path),
  ).map(([name]) => name);
  expect(changing.length).toBeGreaterThan(0);
  expect(MATCHED.map(([name]) => name)).toEqual(expect.arrayContaining(changing));
});

describe.each(MATCHED)("%s", (name, route) => {
  it("changes nothing if the ETag is of another version, earlier or later", async () => {
    const good = await makerOf(name)("payments");
    const version = Number((await tagOf(good)).slice(1, -1));
    const stored = await everyItem(api.table);
    for (const other of [version + 1, version - 1, 999_999_999].filter((n) => n > 0)) {
      const { problem } = await ask(name, given(good, `"${other}"`));
      expect(problem?.code, `"${other}"`).toBe("precondition_failed");
    }
    expect(await everyItem(api.table)).toEqual(stored);
  });

  it("is carried out if the ETag is of the version that was read", async () => {
    const good = await makerOf(name)("payments");
    const stored = await everyItem(api.table);
    const { status } = await ask(name, given(good, await tagOf(good)));
    expect(status).toBe(route.answer.status);
    expect(await everyItem(api.table)).not.toEqual(stored);
  });
});
