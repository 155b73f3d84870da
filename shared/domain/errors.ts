// The only error class that handlers throw on purpose, and the table of its codes with their HTTP status.

/** Every `code` in an error response, with its HTTP status and RFC 9457 `title`. */
export const ERROR_CODES = {
  malformed_request: { status: 400, title: "The request is malformed" },
  invalid_parameters: { status: 400, title: "The parameters are invalid" },
  invalid_template: { status: 400, title: "The template is invalid" },
  egress_denied: { status: 400, title: "The address is not allowed" },
  unauthenticated: { status: 401, title: "A valid token is needed" },
  not_permitted: { status: 403, title: "Not permitted" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "The path does not support this method" },
  invalid_transition: { status: 409, title: "The current state does not allow this" },
  runbook_not_approved: { status: 409, title: "The runbook is not approved" },
  approval_expired: { status: 409, title: "The approval has expired" },
  case_failed: { status: 409, title: "A case does not match" },
  version_conflict: { status: 409, title: "The version has changed" },
  active_executions: { status: 409, title: "Executions are still active" },
  execution_finished: { status: 409, title: "The execution has already ended" },
  paused: { status: 409, title: "New executions are paused" },
  frozen: { status: 409, title: "New executions are frozen" },
  precondition_failed: { status: 412, title: "If-Match no longer holds" },
  payload_too_large: { status: 413, title: "The request body is too large" },
  unsupported_media_type: { status: 415, title: "Only application/json is accepted" },
  idempotency_conflict: { status: 422, title: "The idempotency key was used for another request" },
  too_many_requests: { status: 429, title: "Too many requests" },
  internal_error: { status: 500, title: "The service failed" },
  unavailable: { status: 503, title: "Temporarily unavailable" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Every `code` of an input issue, with its meaning. */
export const ISSUE_CODES = {
  required: "The value is missing",
  unknown_field: "The route has no field of this name",
  duplicate_name: "The name occurs more than once",
  not_taken: "The route does not accept this header, or a body",
  wrong_type: "The value has the wrong type",
  out_of_range: "The value is too small, too large, too short or too long",
  invalid_value: "The value is not one of the allowed values, or not in the expected format",
  invalid_pattern: "The event pattern is wrong here",
  invalid_parameters: "The parameter, or the parameter schema, is wrong here",
  invalid_template: "The template is wrong here",
  egress_denied: "The address is not allowed",
  case_failed: "The request is not what the case expects",
} as const;
export type IssueCode = keyof typeof ISSUE_CODES;

/**
 * One problem in the input. `pointer` is an RFC 6901 JSON Pointer into it. Without a code, the response uses the code
 * of the error, or `invalid_value`.
 */
export type Issue = { pointer: string; message: string; code?: IssueCode };

export function isIssueCode(code: string): code is IssueCode {
  return Object.hasOwn(ISSUE_CODES, code);
}

/** Issues in one response: more than anybody reads, and far below the maximum size of a response. */
export const MAX_ISSUES = 100;
const MAX_POINTER_CHARACTERS = 1024;

/**
 * Returns the first issues. If there are more, the last one tells how many. `more` counts problems found without an
 * issue.
 */
export function limitIssues(issues: readonly Issue[], more = 0): Issue[] {
  const listed = issues.slice(0, MAX_ISSUES).map(shortenPointer);
  const left = issues.length - listed.length + more;
  return left === 0 ? listed : [...listed, { pointer: "", message: `has ${left} more problems` }];
}

/** A member name can be as long as the body. Such a pointer is cut to the object that has the member. */
function shortenPointer<T extends Issue>(issue: T): T {
  if (issue.pointer.length <= MAX_POINTER_CHARACTERS) return issue;
  const inside = issue.pointer.lastIndexOf("/", MAX_POINTER_CHARACTERS);
  return { ...issue, pointer: issue.pointer.slice(0, inside) };
}

/** Additional members of the problem document, or headers of the response. `allow`: methods that the path supports. */
export type ProblemDetails = {
  issues?: Issue[];
  retryAfterSeconds?: number;
  allow?: readonly string[];
  cause?: unknown;
};

/** The only error that handlers throw on purpose. `message` becomes the problem's `detail`, so it holds no secrets. */
export class ServiceError extends Error {
  readonly code: ErrorCode;
  readonly issues: Issue[];
  readonly retryAfterSeconds: number | undefined;
  readonly allow: readonly string[] | undefined;

  constructor(code: ErrorCode, message: string, details: ProblemDetails = {}) {
    super(message, { cause: details.cause });
    this.name = "ServiceError";
    this.code = code;
    this.issues = limitIssues(details.issues ?? []);
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.allow = details.allow;
  }
}

/** Returns an RFC 6901 JSON Pointer from unescaped segments. `[]` gives `""`, the whole document. */
export function pointer(segments: readonly PropertyKey[]): string {
  return segments.map((s) => `/${String(s).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Returns one error for missing and for invisible resources, so that callers cannot tell them apart. */
export function notFound(what: string): ServiceError {
  return new ServiceError("not_found", `There is no such ${what}, or you may not see it.`);
}
