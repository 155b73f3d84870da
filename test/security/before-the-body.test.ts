// Refused before a body is read: size and type, for every caller; then callers without permission.
import { beforeAll, describe, expect, it } from "vitest";
import { MAX_BODY_BYTES, maxBodyBytesOf } from "../../shared/contract/route.ts";
import { ALL_ROUTES, ROUTES } from "../../shared/contract/routes.ts";
import {
  CALLBACK_LIMITS,
  CALLBACK_TOKEN,
  CALLBACK_TOKEN_HEADER,
} from "../../shared/domain/executions/callback.ts";
import {
  type ApiAnswer,
  type Asked,
  ask,
  everyItem,
  person,
  startApi,
  type TestApi,
} from "../support/api.ts";
import { awaitedRunIn } from "../support/carry-out.ts";
import { newId } from "../support/seed.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

/** No JSON: reading it would answer `malformed_request`. */
const UNREAD = '{"status":';
const WITH_BODY = ALL_ROUTES.filter(([, route]) => route.body);
const token = (text: string) => ({ headers: { [CALLBACK_TOKEN_HEADER]: text } });
const callBack = (asked: Asked) => ask("callback-execution", { as: null, ...asked });
const codeOf = ({ problem }: ApiAnswer) => problem?.code;

describe.each(WITH_BODY)("%s", (name, route) => {
  it("refuses a body that is too large, then one of another type, before it asks who sends it", async () => {
    const large = "[".repeat(maxBodyBytesOf(route) + 1);
    const params = route.signed ? { sourceId: "nobody-knows-it" } : {};
    expect(codeOf(await ask(name, { as: null, params, raw: large }))).toBe("payload_too_large");
    const largest = { as: null, params, raw: "[".repeat(maxBodyBytesOf(route)) };
    const text = { headers: { "content-type": "text/plain" } };
    expect(codeOf(await ask(name, { ...largest, ...text }))).toBe("unsupported_media_type");
    const isOurs = route.access === "public" && !route.signed;
    const unread = isOurs ? ["not_found", "not_permitted"] : ["unauthenticated"];
    expect(unread).toContain(codeOf(await ask(name, largest)));
  });
});

describe.each(["create-runbook", "create-automation", "put-controls"] as const)("%s", (name) => {
  it.each([
    ["nobody's groups", person()],
    ["an observer", person("team:payments:observer")],
    ["a responder", person("team:payments:responder")],
  ])("reads no body of %s", async (_, as) => {
    expect(codeOf(await ask(name, { as, raw: UNREAD }))).toBe("not_permitted");
    expect(codeOf(await ask(name, { as: person("platform-admin"), raw: UNREAD }))).toBe("malformed_request");
  });
});

describe("a callback", () => {
  it("has room for the largest body that its schema accepts", () => {
    const message = "😀".repeat(CALLBACK_LIMITS.messageCharacters / 2);
    const largest = { status: "SUCCESS", message, output: "x".repeat(CALLBACK_LIMITS.outputBytes - 2) };
    const limit = maxBodyBytesOf(ROUTES["callback-execution"]);
    expect(Buffer.byteLength(JSON.stringify(largest))).toBeLessThan(limit);
    expect(limit).toBeLessThan(MAX_BODY_BYTES / 10);
  });

  it("is read only with a token of this execution; all others get the same answer", async () => {
    const { executionId, token: good } = await awaitedRunIn("payments");
    const other = await awaitedRunIn("payments");
    expect(good).toMatch(CALLBACK_TOKEN);
    const stored = await everyItem(api.table);
    const params = { executionId };
    const neutral = ({ problem }: ApiAnswer) => ({ ...problem, requestId: "" });
    const refusals = [
      await callBack({ params, raw: UNREAD }),
      ...["", "x", `${good}=`, good.slice(1), `${good} `, other.token, "A".repeat(43)].map((text) =>
        callBack({ params, raw: UNREAD, ...token(text) }),
      ),
      callBack({ params: { executionId: newId("execution") }, raw: UNREAD, ...token(good) }),
    ];
    const reported = (await Promise.all(refusals)).map(neutral);
    expect(reported[0]?.code).toBe("not_permitted");
    expect(new Set(reported.map((problem) => JSON.stringify(problem)))).toHaveLength(1);
    expect(codeOf(await callBack({ params, raw: UNREAD, ...token(good) }))).toBe("malformed_request");
    expect(await everyItem(api.table)).toEqual(stored);
    const done = await callBack({ params, body: { status: "SUCCESS" }, ...token(good) });
    expect(done.status).toBe(204);
  });
});
