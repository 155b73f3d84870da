// What a call may fail with: a problem of the API, an answer that is not the API's, or no answer.
import type { ProblemCode } from "./types.ts";

/** One problem in the input. `pointer` is an RFC 6901 JSON Pointer into it. */
export type ProblemIssue = { pointer: string; message: string; code: string };

type ProblemDetails = {
  status: number;
  code: ProblemCode;
  title: string;
  detail: string;
  errors: ProblemIssue[];
  requestId: string | null;
  retryAfterSeconds: number | null;
};

/** The API refused the request, or failed. `message` is its `detail`. */
export class ProblemError extends Error {
  /** HTTP status. */
  readonly status: number;
  readonly code: ProblemCode;
  readonly title: string;
  readonly detail: string;
  /** Each problem in the input; empty if the problem is another. */
  readonly errors: readonly ProblemIssue[];
  /** For the operators of the service; null: the answer has none. */
  readonly requestId: string | null;
  /** When to try again; null: the answer does not say. */
  readonly retryAfterSeconds: number | null;

  constructor(details: ProblemDetails) {
    super(details.detail);
    this.name = "ProblemError";
    this.status = details.status;
    this.code = details.code;
    this.title = details.title;
    this.detail = details.detail;
    this.errors = details.errors;
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** Something answered that is not the API: a proxy, a login page, another service. */
export class UnexpectedAnswerError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** Empty: the answer does not say. */
  readonly contentType: string;
  /** When to try again; null: the answer does not say. */
  readonly retryAfterSeconds: number | null;

  constructor(status: number, contentType: string, retryAfterSeconds: number | null) {
    const type = contentType === "" ? "without a content type" : `of type ${contentType}`;
    super(
      `The answer (${status}, ${type}) is not one of the runbooks API. Check the address, and what is between.`,
    );
    this.name = "UnexpectedAnswerError";
    this.status = status;
    this.contentType = contentType;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** No answer came: the host is unknown, refuses, hung up, or took too long. */
export class ConnectionError extends Error {
  /** Node's code, such as `ECONNREFUSED`; `TIMEOUT`; null in a browser, which does not say. */
  readonly code: string | null;
  /** Whether the request may have been carried out, although no answer came. */
  readonly mayHaveArrived: boolean;

  constructor(url: string, code: string | null, cause: unknown) {
    const { origin } = new URL(url);
    super(
      code === "TIMEOUT"
        ? `${origin} did not answer in time.`
        : `${origin} cannot be reached${code ? ` (${code})` : ""}.`,
      { cause },
    );
    this.name = "ConnectionError";
    this.code = code;
    this.mayHaveArrived = !UNSENT.has(code ?? "");
  }
}

/** With these, no connection was made. */
const UNSENT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
