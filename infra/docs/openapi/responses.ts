// Answers and headers that many routes share: each is described once, under the name that HTTP has for its status.
import type { Route } from "../../../shared/contract/route.ts";
import { listDocumentedErrors } from "../../../shared/contract/route.ts";
import { ERROR_CODES, type ErrorCode } from "../../../shared/domain/errors.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { refTo } from "./schemas.ts";

type Refusal = {
  name: string;
  about: string;
  /** API Gateway can answer it by itself, in a form of its own. */
  gateway?: true;
  /** Headers by name, and whether every such answer has them. */
  headers?: readonly string[];
};

const REFUSALS: Record<number, Refusal> = {
  400: { name: "BadRequest", about: "The request cannot be carried out as it is; `errors` says why." },
  401: {
    name: "Unauthorized",
    about: "There is no valid token.",
    gateway: true,
    headers: ["WWW-Authenticate"],
  },
  403: { name: "Forbidden", about: "You may see this, but not do it." },
  404: { name: "NotFound", about: "It does not exist, or you may not see it." },
  409: {
    name: "Conflict",
    about: "The current state does not allow this.",
    headers: ["Retry-After"],
  },
  412: { name: "PreconditionFailed", about: "What `If-Match` names has changed." },
  413: { name: "ContentTooLarge", about: "The body is too large.", gateway: true },
  415: { name: "UnsupportedMediaType", about: "The body is not `application/json`." },
  422: { name: "UnprocessableContent", about: "The idempotency key was used for another request." },
  429: {
    name: "TooManyRequests",
    about: "There were too many requests: the caller's own, or those of everybody.",
    gateway: true,
    headers: ["Retry-After"],
  },
  431: {
    name: "RequestHeaderFieldsTooLarge",
    about: "Request line and headers are too large.",
    gateway: true,
  },
  500: {
    name: "InternalServerError",
    about: "The service failed. Tell its operator the `requestId`.",
    gateway: true,
  },
  503: {
    name: "ServiceUnavailable",
    about: "The service cannot do this at the moment. A change may or may not have been made.",
    gateway: true,
    headers: ["Retry-After"],
  },
};

/** What API Gateway can answer to any request, whatever the route. */
const FROM_GATEWAY = [429, 431];

const ERRORS = Object.keys(ERROR_CODES) as ErrorCode[];

const statusOf = (code: ErrorCode): number => ERROR_CODES[code].status;
const codesOf = (status: number) => ERRORS.filter((code) => statusOf(code) === status);
const listed = (codes: readonly ErrorCode[]) => `Codes: ${codes.map((code) => `\`${code}\``).join(", ")}.`;

/** The refusals of a route by status; where a status has several codes, those that the route has. */
export function refusalsOf(route: Route): JsonObject {
  const byStatus = Map.groupBy(new Set(listDocumentedErrors(route)), statusOf);
  const statuses = [...new Set([...byStatus.keys(), ...FROM_GATEWAY])].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = byStatus.get(status) ?? [];
      const some = codes.length < codesOf(status).length && codes.length > 0;
      const reference = { $ref: `#/components/responses/${refusal(status).name}` };
      return [String(status), { ...reference, ...(some && { description: listed(codes) }) }];
    }),
  );
}

export function sharedResponses(): JsonObject {
  return Object.fromEntries(
    Object.entries(REFUSALS).map(([status, { name, about, gateway, headers }]) => [
      name,
      {
        description: [about, ...(isOurs(name) ? [listed(codesOf(Number(status)))] : [])].join(" "),
        ...(headers && { headers: headerRefs(headers) }),
        content: {
          ...(isOurs(name) && { "application/problem+json": { schema: refTo("Problem") } }),
          ...(gateway && { "application/json": { schema: refTo("GatewayMessage") } }),
        },
      },
    ]),
  );
}

/** The gateway alone reads headers that are too large. */
const isOurs = (name: string) => name !== "RequestHeaderFieldsTooLarge";

function refusal(status: number): Refusal {
  const known = REFUSALS[status];
  if (!known) throw new Error(`The status ${status} has no shared response`);
  return known;
}

export const headerRefs = (names: readonly string[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

export const SHARED_HEADERS: JsonObject = {
  ETag: {
    description: "The version of what is answered, in quotes. Send it back as `If-Match`.",
    schema: { type: "string", examples: ['"3"'] },
  },
  Location: {
    description: "Path of what was created.",
    schema: { type: "string" },
  },
  "Retry-After": {
    description:
      "When to send the request again: after so many seconds. API Gateway's own answers have none.",
    schema: { type: "integer", minimum: 1 },
  },
  "WWW-Authenticate": {
    description: "The kind of token that is needed: `Bearer`.",
    schema: { type: "string" },
  },
};
