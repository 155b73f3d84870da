// Results of one HTTP exchange, with fixed messages for failures. They never quote text from the network.

/** Response headers that are read. All others are dropped. */
export const ANSWER_HEADERS = ["content-type", "content-encoding", "retry-after"] as const;

export type ReceivedAnswer = {
  statusCode: number;
  headers: Partial<Record<(typeof ANSWER_HEADERS)[number], string>>;
  /** The first bytes, up to the cap, never decompressed. */
  body: Uint8Array;
  /** Whether the body was read completely. If not, `bytes` and `sha256` are unknown. */
  complete: boolean;
  bytes: number | null;
  sha256: string | null;
};

/** Failure messages, without address, host, header or body. */
export const FAILURES = {
  egress_denied: "The address is not allowed: its name leads to an address that is not public.",
  unreachable: "The receiver could not be reached: its name does not resolve, or it accepts no connection.",
  tls_error:
    "No secure connection: the receiver needs TLS 1.2 or later and a valid certificate for this host name.",
  timeout: "No complete answer arrived in time.",
  connection_lost: "The connection ended before the answer was complete.",
  invalid_response: "The answer is not valid HTTP, or its headers are larger than 16 KB.",
  invalid_request: "The request cannot be written as HTTP.",
} as const;
export type FailureCode = keyof typeof FAILURES;

export type Exchange =
  | { outcome: "answered"; received: ReceivedAnswer; durationMs: number }
  | {
      outcome: "failed";
      code: FailureCode;
      message: string;
      /** `maybe`: the connection was open, so bytes of the request may have reached the receiver. */
      sent: "nothing" | "maybe";
      /** The received part of an incomplete answer. */
      partial: ReceivedAnswer | null;
      durationMs: number;
    };
