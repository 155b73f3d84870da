// The checks of a request: from cheap to expensive, each part once, and refused with all problems.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import type { Route } from "../../shared/contract/route.ts";
import { ROUTES, type RouteName } from "../../shared/contract/routes.ts";
import { ServiceError } from "../../shared/domain/errors.ts";
import { findAmbiguousNames } from "../../shared/http/ambiguous-names.ts";
import { authorize, type Guard, type Load } from "../../shared/http/authorize.ts";
import type { ApiContext, ApiEvent, ApiMiddleware, Call } from "../../shared/http/call.ts";
import { requireCaller } from "../../shared/http/caller.ts";
import { type CursorScope, decryptCursor, encryptCursor } from "../../shared/http/cursor.ts";
import { toApiEvent } from "../../shared/http/gateway-event.ts";
import { type Inspect, parseRequest, type Request } from "../../shared/http/request.ts";
import { findUnstorableParts, MAX_VALUES } from "../../shared/http/storable-json.ts";
import { hearLogs } from "../support/heard-logs.ts";
import { newId } from "../support/seed.ts";

const NOW = new Date("2026-04-01T03:00:00.000Z");
const CLAIMS = { sub: "ana", iss: "https://issuer.example.com", groups: ["team:payments:responder"] };
const tokenOf = (claims: unknown) =>
  `Bearer aGVhZA.${Buffer.from(typeof claims === "string" ? claims : JSON.stringify(claims)).toString("base64url")}.c2ln`;

type Sent = {
  params?: Record<string, string>;
  query?: string;
  headers?: Record<string, string>;
  body?: string;
  base64?: boolean;
  claims?: Record<string, unknown>;
};

function eventOf({ params = {}, query = "", headers = {}, body, base64 = false, claims = CLAIMS }: Sent) {
  return toApiEvent({
    routeKey: "$default",
    rawPath: "/",
    pathParameters: params,
    rawQueryString: query,
    queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
    headers: {
      authorization: tokenOf(claims),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    body,
    isBase64Encoded: base64,
    requestContext: {
      requestId: "request-1",
      http: { method: "POST" },
      authorizer: { jwt: { claims: { sub: claims["sub"], iss: claims["iss"] } } },
    },
  });
}

type Ways = { load?: Load; guard?: Guard<never>; inspect?: (call: Call) => Inspect };

/** What the two middlewares before a handler make of an event. */
async function callOf(name: RouteName, event: ApiEvent, ways: Ways = {}): Promise<Call> {
  const { load = () => null, guard, inspect = () => () => [] } = ways;
  const route: Route = ROUTES[name];
  const call: Call = { startedAt: NOW };
  const step = { event, context: { call } as ApiContext, response: null, error: null, internal: {} };
  for (const middleware of [authorize(route, load, guard), parseRequest(name, inspect)])
    await middleware.before?.(step as Parameters<NonNullable<ApiMiddleware["before"]>>[0]);
  return call;
}

const request = async <N extends RouteName>(name: N, sent: Sent) =>
  (await callOf(name, eventOf(sent))).request as Request<N>;
const refusal = async (asked: Promise<unknown>): Promise<ServiceError> => {
  const error = await asked.catch((thrown: unknown) => thrown);
  if (error instanceof ServiceError) return error;
  throw error instanceof Error ? error : new Error("It was not refused");
};
const start = (sent: Sent) => request("start-execution", { params: { runbookId }, ...sent });
const issuesOf = async (sent: Sent) => (await refusal(start(sent))).issues;

const runbookId = newId("runbook");
const executionId = newId("execution");

let logs: unknown[][] = [];
beforeEach(() => {
  process.env["GROUPS_CLAIM"] = "groups";
  logs = hearLogs();
});

describe("a good request", () => {
  it("is every part as the contract reads it", async () => {
    const body = { parameters: { a: 1 }, incidentId: "INC-1" };
    const key = { "idempotency-key": "k-1" };
    const got = await start({ headers: key, body: JSON.stringify(body) });
    const { act, token, newId: fresh, ...data } = got;
    expect(data).toEqual({
      ...{ params: { runbookId }, query: {}, headers: key, body },
      caller: {
        subject: "ana",
        platformAdmin: false,
        platformAuditor: false,
        teams: { payments: ["responder"] },
      },
      ...{ actor: { id: "ana", name: null }, page: { limit: 1 }, now: NOW, at: NOW.toISOString() },
      cursorScope: { route: "start-execution", caller: "ana", params: { runbookId }, filters: {} },
      keyed: {
        caller: "ana",
        route: "start-execution",
        key: "k-1",
        asked: [{ runbookId }, {}, body],
        now: NOW,
      },
      requestId: "request-1",
    });
    expect(act()).toEqual({
      salt: expect.stringMatching(/^[\w-]{22}$/),
      ...{
        actor: { id: "ana", name: null },
        at: NOW.toISOString(),
        auditId: expect.stringMatching(/^audit_/),
      },
    });
    expect(token()).toEqual({ ignoredGroups: [], expiresAt: null });
    expect(fresh("execution")).toMatch(/^execution_/);
  });

  it("has no key where none is given, and an empty body where that is optional", async () => {
    const got = await start({});
    expect([got.keyed, got.body]).toEqual([null, { parameters: {} }]);
    expect((await start({ body: "" })).body).toEqual({ parameters: {} });
  });

  it("is acted on in the name that the token gives", async () => {
    const named = async (claims: object) => (await start({ claims: { ...CLAIMS, ...claims } })).actor;
    expect(await named({ email: "ana@example.com", name: "Ana" })).toEqual({ id: "ana", name: "Ana" });
    expect(await named({ email: "ana@example.com" })).toEqual({ id: "ana", name: "ana@example.com" });
    expect(await named({})).toEqual({ id: "ana", name: null });
  });

  it("of a public route is nobody's", async () => {
    const sent = { params: { executionId }, body: '{"status":"SUCCESS"}', headers: { authorization: "" } };
    const got = await request("callback-execution", sent);
    expect(got.caller).toEqual({
      subject: "anonymous",
      platformAdmin: false,
      platformAuditor: false,
      teams: {},
    });
  });

  it("reads a body in base64, and of any JSON type", async () => {
    const text = JSON.stringify({ parameters: { a: "ü" } });
    const body = Buffer.from(text).toString("base64");
    expect((await start({ body, base64: true })).body).toEqual({ parameters: { a: "ü" } });
    for (const type of [
      "application/json; charset=utf-8",
      " APPLICATION/JSON;charset=UTF-8",
      "application/problem+json",
    ])
      expect((await start({ body: text, headers: { "content-type": type } })).body).toEqual({
        parameters: { a: "ü" },
      });
  });
});

describe("the order of a request's checks", () => {
  it("is size, type, caller, path, guard, what it is about, and then the rest", async () => {
    const seen: unknown[] = [];
    const asked = (sent: Sent) =>
      callOf("start-execution", eventOf({ params: { runbookId }, ...sent }), {
        guard: (params, headers) => seen.push("guard", params, headers["idempotency-key"]),
        load: (access, caller, ids) => {
          seen.push("load", access, caller.subject, ids);
          return "found";
        },
      });
    const big = "x".repeat(256 * 1024 + 1);
    expect(await refusal(asked({ body: big, claims: {} }))).toMatchObject({
      ...{
        code: "payload_too_large",
        message: "The body has 262145 bytes; this route reads at most 262144.",
      },
    });
    const xml = { "content-type": "application/xml" };
    expect(await refusal(asked({ body: "{}", headers: xml, claims: {} }))).toMatchObject({
      ...{ code: "unsupported_media_type", message: "Send the body as application/json." },
    });
    expect((await refusal(asked({ body: "no", claims: {} }))).code).toBe("unauthenticated");
    expect(await refusal(asked({ body: "no", params: { runbookId: "x" } }))).toMatchObject({
      ...{ code: "not_found", message: "There is nothing at this path: an id in it is malformed." },
    });
    expect(seen).toEqual([]);
    const key = { "idempotency-key": "k" };
    expect((await refusal(asked({ body: "no", headers: key }))).code).toBe("malformed_request");
    const { access } = ROUTES["start-execution"];
    expect(seen).toEqual(["guard", { runbookId }, "k", "load", access, "ana", { runbookId }]);
    expect((await asked({})).resource).toBe("found");
  });

  it("counts bytes, after decoding base64, by the route's own limit", async () => {
    const most = 256 * 1024;
    const padded = (length: number) => `{"a":"${"x".repeat(length - 8)}"}`;
    const code = async (sent: Sent) => (await refusal(start(sent))).code;
    expect(await code({ body: padded(most) })).toBe("malformed_request");
    expect(await code({ body: padded(most + 1) })).toBe("payload_too_large");
    const base64 = (length: number) => ({ body: Buffer.alloc(length, "x").toString("base64"), base64: true });
    expect(await code(base64(most))).toBe("malformed_request");
    expect(await code(base64(most + 1))).toBe("payload_too_large");
    const sent = { params: { executionId }, body: "x".repeat(20 * 1024 + 1) };
    expect((await refusal(request("callback-execution", sent))).code).toBe("payload_too_large");
  });

  it("checks the type only if there is a body that is read", async () => {
    const bare = { "content-type": "text/plain" };
    expect((await start({ headers: bare })).body).toEqual({ parameters: {} });
    const typed = eventOf({ params: { runbookId }, body: "{}" });
    const { "content-type": _, ...headers } = typed.headers;
    const none = { ...typed, headers };
    expect((await refusal(callOf("start-execution", none))).code).toBe("unsupported_media_type");
    const types = ["application/jsonx", "xapplication/json", "application/json; charset=latin1", "text/json"];
    for (const type of types)
      expect((await refusal(start({ body: "{}", headers: { "content-type": type } }))).code, type).toBe(
        "unsupported_media_type",
      );
  });

  it("reports all problems at once, with those of the route's own checks", async () => {
    const sent = eventOf({
      params: { runbookId },
      query: "x=1",
      headers: { "if-match": "1" },
      body: '{"b":1}',
    });
    const inspected: unknown[] = [];
    const asked = callOf("start-execution", sent, {
      load: () => "found",
      inspect:
        ({ resource, caller, params }) =>
        (data) => {
          inspected.push(data, resource, caller?.subject, params);
          return [{ pointer: "/more", message: "is wrong" }];
        },
    });
    expect(await refusal(asked)).toMatchObject({
      ...{ code: "malformed_request", message: "The request is not valid." },
      issues: [
        {
          pointer: "/headers/if-match",
          message: "is not honoured by this route: leave it out",
          code: "not_taken",
        },
        { pointer: "/query/x", message: "is not a known field", code: "unknown_field" },
        { pointer: "/b", message: "is not a known field", code: "unknown_field" },
        { pointer: "/more", message: "is wrong" },
      ],
    });
    expect(inspected).toEqual([{ b: 1 }, "found", "ana", { runbookId }]);
  });
});

describe("what a route does not declare", () => {
  it("is refused: headers that mean something, fields twice, a body", async () => {
    const notTaken = (name: string) => ({
      pointer: `/headers/${name}`,
      message: "is not honoured by this route: leave it out",
      code: "not_taken",
    });
    for (const name of ["if-match", "if-unmodified-since", "if-none-match", "if-modified-since"])
      expect(await issuesOf({ headers: { [name]: "x" } })).toEqual([notTaken(name)]);
    const get = (sent: Sent) => request("list-executions", { params: { runbookId }, ...sent });
    for (const name of ["if-match", "if-unmodified-since", "idempotency-key"])
      expect((await refusal(get({ headers: { [name]: "x" } }))).issues).toEqual([notTaken(name)]);
    for (const name of ["if-none-match", "if-modified-since", "accept", "x-anything"])
      expect((await get({ headers: { [name]: "x" } })).query).toMatchObject({ limit: 20 });
    expect((await refusal(get({ body: "{}" }))).issues).toEqual([
      { pointer: "", message: "this route takes no body: leave it out", code: "not_taken" },
    ]);
    expect((await get({ body: "" })).body).toEqual({});
    expect((await refusal(get({ query: "limit=1&status=FAILED&limit=2&limit=3" }))).issues).toEqual([
      { pointer: "/query/limit", message: "is given more than once", code: "duplicate_name" },
    ]);
  });

  it("of a header that is declared is what the schema says", async () => {
    expect(await issuesOf({ headers: { "idempotency-key": "a b" } })).toEqual([
      {
        pointer: "/headers/idempotency-key",
        message: "must be 1 to 255 visible ASCII characters",
        code: "invalid_value",
      },
    ]);
  });
});

describe("an ambiguous body", () => {
  it.each<[string, string | Buffer]>([
    ["is no JSON", "{"],
    ["is no UTF-8", Buffer.from([0x22, 0xff, 0x22])],
  ])("is refused if it %s", async (_, body) => {
    const sent = typeof body === "string" ? { body } : { body: body.toString("base64"), base64: true };
    expect(await refusal(start(sent))).toMatchObject({
      ...{ code: "malformed_request", message: "The body is not valid JSON in UTF-8." },
    });
  });

  it("is refused by its places: a name twice, half a character", async () => {
    const error = await refusal(start({ body: '{"parameters":{"a":1,"a":2,"b":"\\ud800"}}' }));
    expect(error).toMatchObject({
      ...{ code: "malformed_request", message: "The body is ambiguous or cannot be stored." },
      issues: [
        {
          pointer: "/parameters/a",
          message: "is given more than once in one object",
          code: "duplicate_name",
        },
        { pointer: "/parameters/b", message: "contains an unpaired surrogate" },
      ],
    });
  });

  it("is refused as a bare text too, and with more values than anything needs", () => {
    expect(findUnstorableParts("\u0000")).toEqual([{ pointer: "", message: "contains the character NUL" }]);
    expect(findUnstorableParts("\ud800\u0000")).toHaveLength(2);
    expect([findUnstorableParts("a"), findUnstorableParts(null), findUnstorableParts(7)]).toEqual([
      [],
      [],
      [],
    ]);
    const values = (count: number) => ({ a: Array.from({ length: count - 1 }, () => 1) });
    expect(findUnstorableParts(values(MAX_VALUES))).toEqual([]);
    expect(findUnstorableParts(values(MAX_VALUES + 1))).toEqual([
      { pointer: "", message: "holds more than 20000 values" },
    ]);
    expect(findUnstorableParts([[{ "a\u0000": "b\u0000" }]])).toEqual([
      { pointer: "/0/0/a\u0000", message: "has a name that contains the character NUL" },
      { pointer: "/0/0/a\u0000", message: "contains the character NUL" },
    ]);
    expect(findUnstorableParts({ "\ud800": [1, { c: "\u0000" }] })).toMatchObject([
      { message: "has a name that contains an unpaired surrogate" },
      { message: "contains the character NUL" },
    ]);
  });

  it("is reported by its first problems: the depth, a hundred problems, and 64 Ki characters of places", () => {
    const nested = (levels: number) =>
      Array.from({ length: levels }).reduce<unknown>((inner) => ({ a: inner }), "text");
    expect(findUnstorableParts(nested(32))).toEqual([]);
    expect(findUnstorableParts(nested(33))).toEqual([
      { pointer: "/a".repeat(32), message: "is nested deeper than 32 levels" },
    ]);
    expect(findUnstorableParts(Array.from({ length: 101 }, () => "\u0000"))).toHaveLength(100);
    const long = (length: number) =>
      Object.fromEntries(["a", "b", "c"].map((name) => [name.repeat(length), "\u0000"]));
    expect(findUnstorableParts(long(40_000))).toHaveLength(2);
    expect(findUnstorableParts(long(32 * 1024 - 1))).toHaveLength(2);
    expect(findUnstorableParts(long(32 * 1024 - 2))).toHaveLength(3);
    const names = Array.from({ length: 102 }, (_, n) => `"n${n}":1,"n${n}":1`).join(",");
    expect(findAmbiguousNames(`{${names}}`)).toHaveLength(100);
  });

  it("has names twice wherever they are, however they are spelled", () => {
    const pointers = (text: string) => findAmbiguousNames(text).map(({ pointer }) => pointer);
    expect(pointers('{"a":{"b":1},"c":[{"d":1},{"d":1,"\\u0064":2}],"a":"a"}')).toEqual(["/c/1/d", "/a"]);
    expect(pointers('["a","a",{"x":"x"},[1,{"y":1,"y":2}]]')).toEqual(["/3/1/y"]);
    expect(pointers('{"a":"\\"b\\",{","b":"}","b":1}')).toEqual(["/b"]);
    expect(findAmbiguousNames('{"__proto__":1}')).toEqual([
      { pointer: "/__proto__", message: "is not accepted as a name" },
    ]);
    expect(findAmbiguousNames('{"__proto__":1,"__proto__":2}')).toHaveLength(3);
    expect(pointers('{"a":[],"b":{},"c":{"a":1,"b":2}}')).toEqual([]);
    expect(pointers('"a"')).toEqual([]);
  });
});

describe("a caller", () => {
  const callerFrom = (
    authorization: string | undefined,
    verified: unknown = { sub: "ana", iss: CLAIMS.iss },
  ) => {
    const event = toApiEvent({
      routeKey: "$default",
      rawPath: "/",
      headers: authorization === undefined ? {} : { authorization },
      requestContext: {
        requestId: "request-1",
        http: { method: "POST" },
        authorizer: { jwt: { claims: verified } },
      },
    });
    return () => requireCaller(event);
  };
  const UNAUTHENTICATED = new ServiceError(
    "unauthenticated",
    "The request carries no token that names a subject.",
  );

  it("that has expired since names nobody", () => {
    const at = (exp: number) => callerFrom(tokenOf({ ...CLAIMS, exp }));
    const seconds = Date.now() / 1000;
    expect(at(seconds - 1)).toThrow(UNAUTHENTICATED);
    expect(at(seconds + 60)()).toMatchObject({ subject: "ana" });
  });

  it("is who the token names, with or without the word before it", () => {
    const ana = {
      subject: "ana",
      platformAdmin: false,
      platformAuditor: false,
      teams: { payments: ["responder"] },
    };
    expect(callerFrom(tokenOf(CLAIMS))()).toEqual(ana);
    expect(callerFrom(tokenOf(CLAIMS).replace("Bearer", "bearer  "))()).toEqual(ana);
    expect(callerFrom(tokenOf(CLAIMS).replace("Bearer ", ""))()).toEqual(ana);
    expect(logs).toEqual([]);
  });

  it.each<[string, string | undefined, unknown]>([
    ["that was not verified", tokenOf(CLAIMS), null],
    ["of another subject", tokenOf(CLAIMS), { sub: "ben", iss: CLAIMS.iss }],
    ["of another issuer", tokenOf(CLAIMS), { sub: "ana", iss: "other" }],
    ["without a subject", tokenOf({ iss: CLAIMS.iss }), { iss: CLAIMS.iss }],
    ["that is no JSON", tokenOf("{"), { sub: "ana", iss: CLAIMS.iss }],
    ["that is no object", tokenOf("7"), {}],
    ["that is no UTF-8", `Bearer a.${Buffer.from([0x22, 0xff, 0x22]).toString("base64url")}.c`, {}],
    ["of two parts", "Bearer a.b", {}],
    ["with something before it", `x ${tokenOf(CLAIMS)}`, { sub: "ana", iss: CLAIMS.iss }],
    ["with something behind it", `${tokenOf(CLAIMS)} x`, { sub: "ana", iss: CLAIMS.iss }],
    ["that did not come", undefined, { sub: "ana", iss: CLAIMS.iss }],
  ])("with a token %s is nobody", (_, authorization, verified) => {
    expect(callerFrom(authorization, verified)).toThrow(UNAUTHENTICATED);
  });

  it.each<[unknown, string]>([
    ["[a b]", "a string"],
    [["a", 7], "a list with elements other than strings"],
    [{}, "a object"],
  ])("whose groups are %j has no role, and the log says so", (groups, shape) => {
    const { platformAdmin, teams } = callerFrom(tokenOf({ ...CLAIMS, groups }))();
    expect({ platformAdmin, teams }).toEqual({ platformAdmin: false, teams: {} });
    expect(logs).toEqual([
      [
        "warn",
        "The groups of a token are ambiguous: it gives no roles",
        { caller: "ana", claim: "groups", shape },
      ],
    ]);
  });
});

describe("a cursor", () => {
  const scope: CursorScope = {
    route: "list-executions",
    caller: "ana",
    params: { a: 1 },
    filters: { s: "x" },
  };
  const REFUSED = {
    ...{ code: "malformed_request", message: "The cursor does not belong to this list." },
    issues: [{ pointer: "/query/cursor", message: "must be the nextCursor of the same list, unchanged" }],
  };
  const opened = (cursor: string, at: CursorScope = scope, key = "key") => {
    try {
      return decryptCursor(cursor, at, key);
    } catch (error) {
      return error;
    }
  };

  it("continues only the list that made it", () => {
    const cursor = encryptCursor("2026#x", scope, "key");
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(opened(cursor)).toBe("2026#x");
    const others: CursorScope[] = [
      { ...scope, route: "other" },
      { ...scope, caller: "ben" },
      { ...scope, params: { a: 2 } },
      { ...scope, filters: {} },
    ];
    for (const other of others) expect(opened(cursor, other)).toMatchObject(REFUSED);
    expect(opened(cursor, scope, "other")).toMatchObject(REFUSED);
  });

  it("is never repaired", () => {
    const cursor = encryptCursor("2026#xy", scope, "key");
    const shorter = Array.from(cursor, (_, length) => cursor.slice(0, length));
    const flipped = Array.from(
      cursor,
      (char, at) => `${cursor.slice(0, at)}${char === "A" ? "B" : "A"}${cursor.slice(at + 1)}`,
    );
    const spoiled = [
      ...shorter,
      ...flipped,
      cursor.slice(1),
      `${cursor}A`,
      `${cursor}=`,
      ` ${cursor}`,
      `${cursor}.${cursor}`,
    ];
    for (const wrong of spoiled) expect(opened(wrong), wrong).toMatchObject(REFUSED);
  });

  it("shows nothing of its position, and is never the same twice", () => {
    const cursors = Array.from({ length: 3 }, () => encryptCursor("position", scope, "key"));
    expect(new Set(cursors).size).toBe(3);
    for (const cursor of cursors)
      expect(Buffer.from(cursor, "base64url").toString("latin1")).not.toContain("pos");
    expect(cursors.map((cursor) => opened(cursor))).toEqual(["position", "position", "position"]);
  });

  it("is read with the page's size", async () => {
    const list = (query: string) => request("list-executions", { params: { runbookId }, query });
    const first = await list("limit=5&status=FAILED");
    expect(first.page).toEqual({ limit: 5 });
    expect(first.cursorScope).toEqual({
      ...{ route: "list-executions", caller: "ana", params: { runbookId }, filters: { status: ["FAILED"] } },
    });
    const cursor = encryptCursor("here", first.cursorScope, "CURSOR_ENCRYPTION_KEY of the small world");
    expect((await list(`limit=7&status=FAILED&cursor=${cursor}`)).page).toEqual({ limit: 7, before: "here" });
    expect(await refusal(list(`cursor=${cursor}`))).toMatchObject(REFUSED);
  });
});
