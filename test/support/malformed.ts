// Everything that can be wrong with a request, made from a route's contract and from one good request to it.
import * as z from "zod";
import { maxBodyBytesOf, type Route } from "../../shared/contract/route.ts";
import type { ErrorCode } from "../../shared/domain/errors.ts";
import { CALLBACK_TOKEN_HEADER } from "../../shared/domain/executions/callback.ts";
import type { Asked } from "./api.ts";
import { bodiesOfBrokenUtf8 } from "./broken-utf8.ts";

/** `pointer`: where the answer must point at; left out where the request as a whole is wrong. */
type Malformed = { what: string; asked: Asked; code: ErrorCode; pointer?: string };

type Members = Record<string, unknown>;
const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** With a good body, or with none where the route reads none. */
export function malformedRequests(route: Route, good: Asked): Malformed[] {
  return [
    ...bodies(route, good),
    ...queries(route, good),
    ...headers(route, good),
    ...undeclared(route, good),
  ];
}

function bodies(route: Route, good: Asked): Malformed[] {
  const { body: schema } = route;
  if (!schema) return [];
  const body = isMembers(good.body) ? good.body : {};
  const { body: _body, ...rest } = good;
  const raw = (
    what: string,
    text: string | Uint8Array,
    code: ErrorCode = "malformed_request",
  ): Malformed => ({
    what,
    asked: { ...rest, raw: text },
    code: Buffer.byteLength(text) > maxBodyBytesOf(route) ? "payload_too_large" : code,
  });
  return [
    ...NOT_JSON.map(([what, text]) => raw(what, text)),
    ...NOT_AN_OBJECT.map((text) => raw(`the body ${text}`, text)),
    ...DEPTHS.map((depth) => raw(`lists ${depth} deep`, `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`)),
    ...DEPTHS.map((depth) => raw(`objects ${depth} deep`, `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`)),
    ...MISREAD.map(([what, member, pointer]) => ({ ...raw(what, withMember(body, member)), pointer })),
    raw("a body over the limit", JSON.stringify(body).padEnd(maxBodyBytesOf(route) + 1)),
    raw("a body of 2 MB", JSON.stringify(body).padEnd(2 * 1024 * 1024)),
    ...CONTENT_TYPES.map((type) => otherType(type, { ...rest, body })),
    // A signed body is as its system has it.
    ...(route.signed ? [] : ["isAdmin", "constructor", "toString", "a/b~c"]).map((name) =>
      wrong(`an unknown field ${name}`, rest, { ...body, [name]: true }, [name]),
    ),
    ...missing(schema, rest),
    ...deepInside(schema, rest, body),
    ...wrongTypes(schema, rest, body),
    ...brokenTexts(rest, body),
    ...bodiesOfBrokenUtf8(body).map(({ what, bytes }) => raw(what, bytes)),
    inBase64(raw("a byte order mark, in base64", `\ufeff${JSON.stringify(body)}`)),
  ];
}

/** The gateway passes on non-text in base64; a client may mark any body so. */
const inBase64 = ({ asked, ...rest }: Malformed): Malformed => ({
  ...rest,
  asked: { ...asked, inBase64: true },
});

const NOT_JSON: readonly (readonly [what: string, text: string | Uint8Array])[] = [
  ["half of an object", '{"a":'],
  ["a blank", " "],
  ["text", "hello"],
  ["a comment", '{"a":1} // done'],
  ["single quotes", "{'a':1}"],
  ["NaN", '{"a":NaN}'],
  ["a control character in a text", '{"a":"\u0001"}'],
  ["bytes that are not UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d)],
];
/** A member that makes a good body one that two readers understand differently, and where that is reported. */
const MISREAD: readonly (readonly [what: string, member: string, pointer: string])[] = [
  ["a key __proto__", '"__proto__":{"platformAdmin":true}', "/__proto__"],
  ["a key __proto__, escaped", '"__pr\\u006fto__":{}', "/__proto__"],
  ["a key __proto__ deep inside", '"x":[{"a":1},{"__proto__":1}]', "/x/1/__proto__"],
  ["a key twice", '"x":1,"x":1', "/x"],
  ["a key twice, escaped", '"x":1,"\\u0078":2', "/x"],
  ["a key twice deep inside", '"x":{"y":[0,{"a/b":[],"c":"}","a/b":{}}]}', "/x/y/1/a~1b"],
];

const withMember = (body: Members, member: string) =>
  JSON.stringify({ ...body, MEMBER: 0 }).replace('"MEMBER":0', () => member);

const NOT_AN_OBJECT = ["null", "[]", '"text"', "42", "true"];
const DEPTHS = [40, 5_000, 40_000];
const CONTENT_TYPES = [
  "text/plain",
  "text/html",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/json; charset=utf-16",
  "application/jsonp",
  "json",
  "",
];

const otherType = (type: string, good: Asked): Malformed => ({
  what: `the content type "${type}"`,
  asked: { ...good, headers: { ...good.headers, "content-type": type } },
  code: "unsupported_media_type",
});

function wrong(what: string, rest: Asked, body: unknown, path: readonly string[]): Malformed {
  const pointer = path.map((p) => `/${p.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  return { what, asked: { ...rest, body }, code: "malformed_request", pointer };
}

/** Fields that an empty body lacks, each of them reported. */
function missing(schema: z.ZodType, rest: Asked): Malformed[] {
  const names = (schema.safeParse({}).error?.issues ?? []).map((issue) => issue.path[0]);
  return names.flatMap((name) => (typeof name === "string" ? [wrong(`no ${name}`, rest, {}, [name])] : []));
}

const OF_EACH_TYPE: readonly unknown[] = [null, true, 42, "text", [], {}, [[]], 1e308];

/** Fields that accept any JSON accept none that is nested without end. */
function deepInside(schema: z.ZodType, rest: Asked, body: Members): Malformed[] {
  const deep = JSON.parse(`${'{"a":'.repeat(1000)}1${"}".repeat(1000)}`) as unknown;
  return fieldsOf(schema).map((name) => ({
    ...wrong(`${name} 1,000 deep`, rest, { ...body, [name]: deep }, [name]),
  }));
}

const fieldsOf = (schema: z.ZodType) =>
  Object.keys(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }).properties ?? {});

/** Each field with values of every type that its schema does not take. */
function wrongTypes(schema: z.ZodType, rest: Asked, body: Members): Malformed[] {
  return fieldsOf(schema).flatMap((name) =>
    OF_EACH_TYPE.map((value) => ({ ...body, [name]: value }))
      .filter((spoilt) => isRefused(schema, spoilt, name))
      .map((spoilt) => wrong(`${name} as ${JSON.stringify(spoilt[name])}`, rest, spoilt, [name])),
  );
}

/** Null for a field that may be left out is as if it were. */
function isRefused(schema: z.ZodType, body: Members, name: string): boolean {
  const { [name]: value, ...others } = body;
  const isWrong = pathsOf(schema, body).includes(name);
  return isWrong && (value !== null || pathsOf(schema, others).includes(name));
}

function pathsOf(schema: z.ZodType, body: unknown): unknown[] {
  return (schema.safeParse(body).error?.issues ?? []).map((issue) => issue.path[0]);
}

/** A lone surrogate has no UTF-8, and NUL ends texts elsewhere: neither may come into any text, nor into a key. */
function brokenTexts(rest: Asked, body: Members): Malformed[] {
  const broken = { "a lone surrogate": "\ud800", NUL: "\u0000" };
  return Object.entries(broken).flatMap(([what, character]) => [
    ...Object.entries(body).flatMap(([name, value]) =>
      typeof value === "string"
        ? [wrong(`${what} in ${name}`, rest, { ...body, [name]: value + character }, [name])]
        : [],
    ),
    wrong(`${what} in a key`, rest, { ...body, [`a${character}`]: 1 }, [`a${character}`.toWellFormed()]),
  ]);
}

function queries({ query }: Route, good: Asked): Malformed[] {
  const one = (name: string, value: string): Malformed => ({
    what: `the query ${name}=${value.slice(0, 40)}`,
    asked: { ...good, query: { ...good.query, [name]: value } },
    code: "malformed_request",
    pointer: `/query/${name}`,
  });
  const known = Object.keys(query?.shape ?? {});
  const limits = ["0", "-1", "101", "1e9", "10abc", "", " 5", "5,5", "٣"];
  return [
    one("scope", "all"),
    one("dryRun", "true"),
    one("empty", ""),
    one("__proto__", "x"),
    ...(known.includes("limit") ? limits.map((value) => one("limit", value)) : []),
    ...(known.includes("cursor") ? ["x", "a.b", "x".repeat(3000)].map((value) => one("cursor", value)) : []),
    ...known
      .filter((name) => name !== "limit" && name !== "cursor")
      .filter((name) => !query?.safeParse({ [name]: "\u0000" }).success)
      .map((name) => one(name, "\u0000")),
  ];
}

const BAD_HEADERS: Record<string, readonly string[]> = {
  "webhook-id": [],
  // Preferences that are not understood are ignored, as RFC 7240 says.
  prefer: [],
  "if-none-match": ["x".repeat(1025)],
  // An invalid token is not distinguished from a malformed one: both are refused as a caller without rights.
  [CALLBACK_TOKEN_HEADER]: [],
  "if-match": ["3", 'W/"3"', "*", '"0"', '"three"', '"1", "2"', ""],
  "idempotency-key": ["", "two words", "x".repeat(256), "ключ"],
};

function headers({ headers: schema }: Route, good: Asked): Malformed[] {
  return Object.keys(schema?.shape ?? {}).flatMap((name) => {
    const values = BAD_HEADERS[name];
    if (!values) throw new Error(`Say in BAD_HEADERS which values of the header ${name} are refused`);
    return values.map((value) => ({
      what: `the header ${name}: ${value.slice(0, 20)}`,
      asked: { ...good, headers: { ...good.headers, [name]: value } },
      code: "malformed_request" as const,
      pointer: `/headers/${name}`,
    }));
  });
}

const UNDECLARED_HEADERS: Record<string, string> = {
  "if-match": '"1"',
  "if-none-match": "*",
  "if-modified-since": "Sun, 01 Mar 2026 03:00:00 GMT",
  "if-unmodified-since": "Sun, 01 Mar 2026 03:00:00 GMT",
  "idempotency-key": "once",
};
/** What a cache asks along with a read: the full answer is a right one. */
const OF_CACHES = ["if-none-match", "if-modified-since"];

/** What a route does not declare: headers that change what a request does, a body, one query field twice. */
function undeclared(route: Route, good: Asked): Malformed[] {
  const at = { code: "malformed_request" } as const;
  const known = [...Object.keys(route.headers?.shape ?? {}), ...(route.method === "GET" ? OF_CACHES : [])];
  const inHeaders = Object.entries(UNDECLARED_HEADERS)
    .filter(([name]) => !known.includes(name) && !route.signed)
    .map(([name, value]) => ({
      ...at,
      what: `the header ${name}, which the route does not declare`,
      asked: { ...good, headers: { ...good.headers, [name]: value } },
      pointer: `/headers/${name}`,
    }));
  const twice = Object.keys(route.query?.shape ?? { any: true }).map((name) => ({
    ...at,
    what: `the query field ${name} twice`,
    asked: { ...good, rawQuery: `${name}=1&${name}=1` },
    pointer: `/query/${name}`,
  }));
  const bodies = route.body ? [] : ["{}", '{"dryRun":true}', "null", " ", "x"];
  const inBody = bodies.map((raw) => ({
    ...at,
    what: `the body ${raw} where none is taken`,
    asked: { ...good, raw },
    pointer: "",
  }));
  return [...inHeaders, ...twice, ...inBody];
}
