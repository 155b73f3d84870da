// Which answers count as success: statuses, a value in the body, and what cannot be checked.
import { describe, expect, it } from "vitest";
import {
  checkBody,
  isSuccessStatus,
  SuccessCondition,
} from "../../../../shared/domain/runbooks/success-condition.ts";

const asks = (pointer: string, equals: string | number | boolean | null) => ({ body: { pointer, equals } });
const check = (text: string | null, condition: SuccessCondition, complete = true) =>
  checkBody({ text, complete }, condition);
const deep = "[".repeat(30_000) + "]".repeat(30_000);

describe("the statuses of success", () => {
  it("are 2xx, or those of the condition and no other", () => {
    expect([199, 200, 299, 300].map((status) => isSuccessStatus(status, undefined))).toEqual([
      ...[false, true, true, false],
    ]);
    const statuses = [204, 404];
    expect([200, 204, 404].map((status) => isSuccessStatus(status, { statuses }))).toEqual([
      ...[false, true, true],
    ]);
    expect(isSuccessStatus(204, asks("/ok", true))).toBe(true);
  });
});

describe("the body of an answer", () => {
  it.each<[string, string, string | number | boolean | null]>([
    ['{"ok":true}', "/ok", true],
    ['{"result":{"items":[{"state":"done"}]}}', "/result/items/0/state", "done"],
    ['{"a/b":{"~":1}}', "/a~1b/~0", 1],
    ['{"n":1.0}', "/n", 1],
    ['{"error":null}', "/error", null],
    ['"ok"', "", "ok"],
    ['{"":{"":0}}', "//", 0],
  ])("%s with the value at %j meets the condition", (text, pointer, equals) => {
    expect(check(text, asks(pointer, equals))).toEqual({ verdict: "met" });
  });

  it.each<[string | null, string, string | number | boolean | null, string]>([
    ['{"ok":false,"error":"channel_not_found"}', "/ok", true, "at /ok is not the value"],
    ['{"ok":"true"}', "/ok", true, "at /ok is not the value"],
    ['{"ok":1}', "/ok", true, "at /ok is not the value"],
    ['{"ok":{"ok":true}}', "/ok", true, "at /ok is not the value"],
    ["false", "", true, "its body is not the value"],
    ["{}", "/ok", null, "nothing at /ok"],
    ['{"ok":null}', "/ok/deeper", true, "nothing at /ok/deeper"],
    ["[1,2]", "/length", 2, "nothing at /length"],
    ["[1,2]", "/01", 2, "nothing at /01"],
    ["{}", "/__proto__", null, "nothing at /__proto__"],
    ["{}", "/constructor/name", "Object", "nothing at /constructor/name"],
    ["ok", "/ok", true, "not JSON"],
    ["", "/ok", true, "not JSON"],
    [null, "/ok", true, "not JSON"],
    [deep, "", true, "not the value"],
    [`{"ok":${deep}}`, "/ok", true, "not the value"],
  ])("%.40s with another or no value at %j does not, and says why", (text, pointer, equals, why) => {
    expect(check(text, asks(pointer, equals))).toEqual({
      ...{ verdict: "not met", why: expect.stringContaining(why) },
    });
  });

  it("that was cut cannot be checked, whatever its beginning looks like", () => {
    expect(check('{"ok":true}', asks("/ok", true), false)).toMatchObject({ verdict: "unknown" });
    expect(check('{"ok":true}', { statuses: [200] }, false)).toEqual({ verdict: "met" });
  });
});

describe("a condition", () => {
  it.each<[object, PropertyKey[]]>([
    [{}, []],
    [{ statuses: [] }, ["statuses"]],
    [{ statuses: [200, 200] }, ["statuses"]],
    [{ statuses: [199] }, ["statuses", 0]],
    [{ statuses: [600] }, ["statuses", 0]],
    [{ statuses: ["200"] }, ["statuses", 0]],
    [{ statuses: Array.from({ length: 21 }, (_, n) => 200 + n) }, ["statuses"]],
    [{ body: { equals: true } }, ["body", "pointer"]],
    [{ body: { pointer: "/ok" } }, ["body", "equals"]],
    [{ body: { pointer: "ok", equals: true } }, ["body", "pointer"]],
    [{ body: { pointer: "/a~2", equals: true } }, ["body", "pointer"]],
    [{ body: { pointer: `/${"a".repeat(256)}`, equals: true } }, ["body", "pointer"]],
    [{ body: { pointer: "/ok", equals: [true] } }, ["body", "equals"]],
    [{ body: { pointer: "/ok", equals: "x".repeat(257) } }, ["body", "equals"]],
    [{ body: { pointer: "/ok", equals: true }, header: {} }, []],
  ])("%.60j is refused at %j", (given, path) => {
    expect(SuccessCondition.safeParse(given).error?.issues[0]?.path).toEqual(path);
  });
});
