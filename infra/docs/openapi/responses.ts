// Shared responses and headers. Each response is named after its HTTP status.
import type { Route } from "../../../shared/contract/route.ts";
import { listDocumentedErrors } from "../../../shared/contract/route.ts";
import { ERROR_CODES, type ErrorCode } from "../../../shared/domain/errors.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { refTo } from "./schemas.ts";

type Refusal = {
  name: string;
  about: string;
  /** API Gateway itself may answer this status, in its own format. */
  gateway?: true;
  /** Names of the response headers. */
  headers?: readonly string[];
};

const REFUSALS: Record<number, Refusal> = {
  400: { name: "BadRequest", about: "The request is not valid; `errors` says why." },
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

/** Statuses with which API Gateway may answer any request. */
const FROM_GATEWAY = [429, 431];

const ERRORS = Object.keys(ERROR_CODES) as ErrorCode[];

const statusOf = (code: ErrorCode): number => ERROR_CODES[code].status;
const codesOf = (status: number) => ERRORS.filter((code) => statusOf(code) === status);
const listed = (codes: readonly ErrorCode[]) => `Codes: ${codes.map((code) => `\`${code}\``).join(", ")}.`;

/** Returns the error responses of a route by status. Lists the codes if the route has only some of the status. */
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

/** Only the gateway rejects headers that are too large. */
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
    description:
      "Tag of the returned state, in quotes. Of a runbook or automation it is the version: send it back as `If-Match`. Of an execution it is opaque: send it back as `If-None-Match`, with `Prefer: wait`.",
    schema: { type: "string", examples: ['"3"'] },
  },
  Location: {
    description: "Path of the created resource.",
    schema: { type: "string" },
  },
  "Preference-Applied": {
    description: "The preference that was applied, such as `wait=20`. Missing: none.",
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
