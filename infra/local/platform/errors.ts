// The two errors of the local host: one for whoever starts it, one that goes over the wire.

/** Something the person at the terminal must put right: printed as one line, without a stack. */
export class HostError extends Error {
  override readonly name = "HostError";
}

/** An answer that the AWS service would refuse with: `code` is the exception's name in its API. */
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

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** The same as one line: parsers quote what they read with its line breaks. */
export function lineOf(error: unknown): string {
  return messageOf(error).replaceAll(/\s+/g, " ").trim();
}
