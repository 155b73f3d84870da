// Reads a response: the body of a success, or the error that it means.
import { ProblemError, type ProblemIssue, UnexpectedAnswerError } from "./errors.ts";
import type { ProblemCode } from "./types.ts";

/** API Gateway's own answers are `{"message": …}`, without a code. */
const GATEWAY_CODES: Readonly<Record<number, ProblemCode>> = {
  400: "malformed_request",
  401: "unauthenticated",
  403: "not_permitted",
  404: "not_found",
  413: "payload_too_large",
  429: "too_many_requests",
  500: "internal_error",
  503: "unavailable",
  504: "unavailable",
};

/** Returns the body of a success; undefined for 204. @throws ProblemError, UnexpectedAnswerError */
export function readAnswer(response: Response, text: string): unknown {
  if (response.status === 204) return undefined;
  const body = parseJson(response, text);
  if (body === undefined) throw unexpected(response);
  if (response.ok) return body;
  throw problemOf(response, body) ?? unexpected(response);
}

function parseJson({ headers }: Response, text: string): unknown {
  if (!/^application\/([\w.-]+\+)?json\b/i.test(headers.get("content-type") ?? "")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unexpected = (response: Response) =>
  new UnexpectedAnswerError(
    response.status,
    response.headers.get("content-type") ?? "",
    readRetryAfter(response),
  );

function problemOf(response: Response, body: unknown): ProblemError | null {
  const text = (name: string) => {
    const value = memberOf(body, name);
    return typeof value === "string" ? value : undefined;
  };
  const code = text("code") ?? GATEWAY_CODES[response.status];
  const detail = text("detail") ?? text("message");
  if (code === undefined || detail === undefined) return null;
  return new ProblemError({
    status: response.status,
    // The codes of a newer service are passed on.
    code: code as ProblemCode,
    title: text("title") ?? detail,
    detail,
    errors: issuesOf(memberOf(body, "errors")),
    requestId: text("requestId") ?? response.headers.get("apigw-requestid"),
    retryAfterSeconds: readRetryAfter(response),
  });
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

function issuesOf(errors: unknown): ProblemIssue[] {
  if (!Array.isArray(errors)) return [];
  const text = (issue: unknown, name: string) => String(memberOf(issue, name) ?? "");
  return errors.map((issue: unknown) => ({
    pointer: text(issue, "pointer"),
    message: text(issue, "message"),
    code: text(issue, "code"),
  }));
}

/** Returns the seconds of `Retry-After`, given in seconds or as a date; null if there is none. */
function readRetryAfter({ headers }: Response): number | null {
  const text = headers.get("retry-after");
  if (text === null) return null;
  if (/^\d+$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
