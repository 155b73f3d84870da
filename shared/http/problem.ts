// The one mapper from an error to an answer: RFC 9457 problem+json, with nothing in it that is ours alone.
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { problemType } from "../contract/route.ts";
import { ERROR_CODES, type Issue, isIssueCode, RunbookError } from "../domain/errors.ts";

/** What callers are told where the text of the error is for operators. */
const FOR_CALLERS: Partial<Record<string, string>> = {
  internal_error: "This is our fault, not yours. Give the requestId to whoever runs this service.",
  unavailable:
    "The service could not finish this in time. If you were changing something, it may or may not have been done: " +
    "read it again before you repeat it, or repeat it with the same Idempotency-Key.",
};

/** Any error becomes a RunbookError: what is not one is our defect. */
export function asRunbookError(error: unknown): RunbookError {
  if (error instanceof RunbookError) return error;
  return new RunbookError("internal_error", "An error that is not foreseen.", { cause: error });
}

export function problem(error: RunbookError, requestId: string): APIGatewayProxyStructuredResultV2 {
  const { status, title } = ERROR_CODES[error.code];
  return {
    statusCode: status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(error.retryAfterSeconds !== undefined && { "retry-after": String(error.retryAfterSeconds) }),
      ...(error.allow && { allow: error.allow.join(", ") }),
    },
    body: JSON.stringify({
      type: problemType(error.code),
      title,
      status,
      detail: FOR_CALLERS[error.code] ?? error.message,
      code: error.code,
      requestId,
      ...(error.issues.length > 0 && { errors: error.issues.map((issue) => coded(issue, error.code)) }),
    }),
  };
}

function coded({ pointer, message, code }: Issue, ofAnswer: string): Required<Issue> {
  return { pointer, message, code: code ?? (isIssueCode(ofAnswer) ? ofAnswer : "invalid_value") };
}
