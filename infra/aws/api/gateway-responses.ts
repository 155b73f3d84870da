// What a REST API answers before any function runs, as problem+json: API Gateway's names of these cases, each with the
// problem that it is.
import { formatGatewayProblem, GATEWAY_PROBLEMS } from "../../../shared/contract/gateway-problems.ts";

/** A case that is not named has the answer of `DEFAULT_4XX` or `DEFAULT_5XX`. */
const CASES = {
  DEFAULT_4XX: "malformed",
  DEFAULT_5XX: "failed",
  ACCESS_DENIED: "refused",
  EXPIRED_TOKEN: "unauthenticated",
  INVALID_SIGNATURE: "unauthenticated",
  UNAUTHORIZED: "unauthenticated",
  // API Gateway's name for a method or path that the API has not.
  MISSING_AUTHENTICATION_TOKEN: "not_found",
  RESOURCE_NOT_FOUND: "not_found",
  REQUEST_TOO_LARGE: "payload_too_large",
  UNSUPPORTED_MEDIA_TYPE: "unsupported",
  THROTTLED: "too_many",
  QUOTA_EXCEEDED: "too_many",
  WAF_FILTERED: "refused",
  AUTHORIZER_CONFIGURATION_ERROR: "unavailable",
  AUTHORIZER_FAILURE: "unavailable",
  INTEGRATION_FAILURE: "unavailable",
  INTEGRATION_TIMEOUT: "timed_out",
} as const satisfies Record<string, keyof typeof GATEWAY_PROBLEMS>;

function responseOf(name: keyof typeof GATEWAY_PROBLEMS) {
  const { status, headers, document } = formatGatewayProblem(GATEWAY_PROBLEMS[name], "$context.requestId");
  const named = Object.entries(headers).map(([header, value]) => [
    `gatewayresponse.header.${header}`,
    `'${value}'`,
  ]);
  return {
    statusCode: String(status),
    responseParameters: Object.fromEntries(named),
    responseTemplates: { "application/json": JSON.stringify(document) },
  };
}

export const GATEWAY_RESPONSES = Object.fromEntries(
  Object.entries(CASES).map(([name, problem]) => [name, responseOf(problem)]),
);
