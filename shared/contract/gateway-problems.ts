// What a gateway answers before any function runs, in the format of the API's errors. HTTP APIs cannot be told to.
import { ERROR_CODES, type ErrorCode } from "../domain/errors.ts";
import { problemType } from "./route.ts";

/** `status`: if it is not that of the code. `headers`: of the answer, beside the type of its body. */
type GatewayProblem = {
  code: ErrorCode;
  status?: number;
  detail: string;
  headers?: Readonly<Record<string, string>>;
};

export const GATEWAY_PROBLEMS = {
  unauthenticated: {
    code: "unauthenticated",
    detail: "Send a token of the issuer as `Authorization: Bearer …`; it may have expired.",
    headers: { "www-authenticate": "Bearer" },
  },
  refused: {
    code: "not_permitted",
    detail:
      "The API's door refused this request before any route saw it: a rule of the deployment does not admit it, or the token lacks the scope.",
  },
  malformed: {
    code: "malformed_request",
    detail: "The request cannot be read. Check its path, query and headers.",
  },
  not_found: {
    code: "not_found",
    detail: "There is no such route. Check the path and the method.",
  },
  payload_too_large: { code: "payload_too_large", detail: "A request may have 10 MB at most." },
  unsupported: { code: "unsupported_media_type", detail: "Send the body as application/json." },
  too_many: {
    code: "too_many_requests",
    detail: "The API takes no more requests at the moment. Send the same request again after Retry-After.",
    headers: { "retry-after": "1" },
  },
  timed_out: { code: "unavailable", status: 504, detail: "The function did not answer in time." },
  unavailable: {
    code: "unavailable",
    detail:
      "The request could not be handed on. Send it again; if that goes on, give the requestId to the operators.",
  },
  failed: {
    code: "internal_error",
    detail: "The service failed. Give the requestId to its operators.",
  },
} as const satisfies Record<string, GatewayProblem>;

/** Returns status, headers and document of such an answer. */
export function formatGatewayProblem(given: GatewayProblem, requestId: string) {
  const { code, detail, headers } = given;
  const { status, title } = { ...ERROR_CODES[code], ...(given.status && { status: given.status }) };
  return {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
    document: { type: problemType(code), title, status, detail, code, requestId },
  };
}
