// The one error class and the one table from its code to an HTTP status.

/** Every `code` that a caller can see, with its HTTP status and its title (RFC 9457 `title`). */
export const ERROR_CODES = {
  malformed_request: { status: 400, title: "The request is malformed" },
  invalid_parameters: { status: 400, title: "The parameters are invalid" },
  invalid_template: { status: 400, title: "The template is invalid" },
  egress_denied: { status: 400, title: "The address may not be called" },
  unauthenticated: { status: 401, title: "A valid token is needed" },
  not_permitted: { status: 403, title: "Not permitted" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "The path does not take this method" },
  invalid_transition: { status: 409, title: "What is there now does not allow this" },
  runbook_not_approved: { status: 409, title: "The runbook is not approved" },
  version_conflict: { status: 409, title: "The version has moved on" },
  active_executions: { status: 409, title: "Executions are still active" },
  execution_finished: { status: 409, title: "The execution has already ended" },
  precondition_failed: { status: 412, title: "If-Match no longer holds" },
  payload_too_large: { status: 413, title: "The request body is too large" },
  unsupported_media_type: { status: 415, title: "Only application/json is accepted" },
  idempotency_conflict: { status: 422, title: "The idempotency key was used for another request" },
  too_many_requests: { status: 429, title: "Too many requests" },
  internal_error: { status: 500, title: "Something went wrong on our side" },
  unavailable: { status: 503, title: "Temporarily unavailable" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Every `code` of one thing that is wrong with the input, and what it means. */
export const ISSUE_CODES = {
  required: "It must be there",
  unknown_field: "The route knows no field of this name",
  duplicate_name: "The name is there more than once",
  not_taken: "The route takes no such header, or no body",
  wrong_type: "It is of another type",
  out_of_range: "It is too small, too large, too short or too long",
  invalid_value: "It is not one of the values, or not of the form, that are taken",
  invalid_pattern: "The event pattern is wrong here",
  invalid_parameters: "The parameter, or the parameter schema, is wrong here",
  invalid_template: "The template is wrong here",
  egress_denied: "The address may not be called",
} as const;
export type IssueCode = keyof typeof ISSUE_CODES;

/**
 * One thing that is wrong with the input: `pointer` is an RFC 6901 JSON Pointer into it. Without a code of its own it
 * has that of the answer, or `invalid_value`.
 */
export type Issue = { pointer: string; message: string; code?: IssueCode };

export function isIssueCode(code: string): code is IssueCode {
  return Object.hasOwn(ISSUE_CODES, code);
}

/** What one answer lists: more than anybody reads, and far less than an answer may hold. */
export const MAX_ISSUES = 100;
const MAX_POINTER_CHARACTERS = 1024;

/** The first issues; where there are more, the last one says how many. `more`: found, and not even made. */
export function limitIssues(issues: readonly Issue[], more = 0): Issue[] {
  const listed = issues.slice(0, MAX_ISSUES).map(shortenPointer);
  const left = issues.length - listed.length + more;
  return left === 0 ? listed : [...listed, { pointer: "", message: `has ${left} more problems` }];
}

/** A name in a body may be as long as the body: then the object that has it is pointed at. */
function shortenPointer<T extends Issue>(issue: T): T {
  if (issue.pointer.length <= MAX_POINTER_CHARACTERS) return issue;
  const inside = issue.pointer.lastIndexOf("/", MAX_POINTER_CHARACTERS);
  return { ...issue, pointer: issue.pointer.slice(0, inside) };
}

/** What a caller needs to put things right, in the problem document or its headers. `allow`: the methods of the path. */
export type ProblemDetails = {
  issues?: Issue[];
  retryAfterSeconds?: number;
  allow?: readonly string[];
  cause?: unknown;
};

/** The only error that handlers throw on purpose. `message` becomes the problem's `detail`: no secrets in it. */
export class ServiceError extends Error {
  readonly code: ErrorCode;
  readonly issues: Issue[];
  readonly retryAfterSeconds: number | undefined;
  readonly allow: readonly string[] | undefined;

  constructor(code: ErrorCode, message: string, details: ProblemDetails = {}) {
    super(message, { cause: details.cause });
    this.name = "RunbookError";
    this.code = code;
    this.issues = limitIssues(details.issues ?? []);
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.allow = details.allow;
  }
}

/** RFC 6901: a JSON Pointer from unescaped segments; `[]` is the whole document (`""`). */
export function pointer(segments: readonly PropertyKey[]): string {
  return segments.map((s) => `/${String(s).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The same answer for what is not there and for what may not be seen. */
export function notFound(what: string): ServiceError {
  return new ServiceError("not_found", `There is no such ${what}, or you may not see it.`);
}
