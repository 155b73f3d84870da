// Errors of the local stack: HostError for the person who starts it, AwsError for clients of its AWS endpoint.

/** A problem that the person at the terminal must fix. Printed as one line, without a stack trace. */
export class HostError extends Error {
  override readonly name = "HostError";
}

/** An error response of an AWS service. `code`: the exception's name in the service's API. */
export class AwsError extends Error {
  override readonly name = "ServiceError";
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Returns the message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Like `messageOf`, on one line, because parsers quote input with its line breaks. */
export function lineOf(error: unknown): string {
  return messageOf(error).replaceAll(/\s+/g, " ").trim();
}
