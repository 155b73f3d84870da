// The only mapper from errors to RFC 9457 problem+json. It exposes no internal details.

import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { describeIssues } from "../contract/read-input.ts";
import { problemType } from "../contract/route.ts";
import { ERROR_CODES, type Issue, isIssueCode, ServiceError } from "../domain/errors.ts";

/** Details for callers where the error's own message is for operators. */
const CALLER_DETAILS: Partial<Record<string, string>> = {
  internal_error: "The service failed. Give the requestId to its operators.",
  unavailable:
    "The service could not finish this in time. If you were changing something, it may or may not have been done: " +
    "read it again before you repeat it, or repeat it with the same Idempotency-Key.",
};

/** Returns a ServiceError for any error. An error of another class is a defect of the service. */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError("internal_error", "An unexpected error.", { cause: error });
}

/** Returns the problem document of an error. */
export function toProblem(error: ServiceError, requestId: string) {
  const { status, title } = ERROR_CODES[error.code];
  return {
    type: problemType(error.code),
    title,
    status,
    detail: CALLER_DETAILS[error.code] ?? explain(error),
    code: error.code,
    requestId,
    ...(error.issues.length > 0 && { errors: error.issues.map((issue) => withCode(issue, error.code)) }),
  };
}

export function formatProblem(error: ServiceError, requestId: string): APIGatewayProxyStructuredResultV2 {
  const problem = toProblem(error, requestId);
  return {
    statusCode: problem.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(error.retryAfterSeconds !== undefined && { "retry-after": String(error.retryAfterSeconds) }),
      ...(error.allow && { allow: error.allow.join(", ") }),
    },
    body: JSON.stringify(problem),
  };
}

/** Issues that the detail describes. `errors` lists all of them. */
const MAX_DESCRIBED_ISSUES = 3;

/** Returns the error's message, with the field issues that it does not mention. */
function explain({ message, issues }: ServiceError): string {
  const more = issues.filter((issue) => !message.includes(issue.message));
  if (more.length === 0) return message;
  return `${message.replace(/[.:]$/, "")}: ${describeIssues(more, "the body", MAX_DESCRIBED_ISSUES)}.`;
}

function withCode({ pointer, message, code }: Issue, errorCode: string): Required<Issue> {
  return { pointer, message, code: code ?? (isIssueCode(errorCode) ? errorCode : "invalid_value") };
}
