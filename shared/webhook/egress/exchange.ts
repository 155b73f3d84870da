// What one HTTP exchange can come to, and the words for each way to fail: codes, never text from the network.

/** Headers of an answer that are looked at; all others are dropped unread. */
export const ANSWER_HEADERS = ["content-type", "content-encoding", "retry-after"] as const;

export type ReceivedAnswer = {
  statusCode: number;
  headers: Partial<Record<(typeof ANSWER_HEADERS)[number], string>>;
  /** The first bytes, up to the cap, as they came: never decompressed. */
  body: Uint8Array;
  /** The body was read to its end. If not, `bytes` and `sha256` of the whole are unknown. */
  complete: boolean;
  bytes: number | null;
  sha256: string | null;
};

/** Why an exchange failed, in words that show no address, host, header or body. */
export const FAILURES = {
  egress_denied: "The address may not be called: its name leads to an address that is not public.",
  unreachable: "The receiver could not be reached: its name does not resolve, or it accepts no connection.",
  tls_error:
    "No secure connection: the receiver needs TLS 1.2 or later and a valid certificate for this host name.",
  timeout: "There was no complete answer in time.",
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
      /** `maybe`: a connection stood and bytes of the request may have reached the receiver. */
      sent: "nothing" | "maybe";
      /** What had come of an answer that did not end. */
      partial: ReceivedAnswer | null;
      durationMs: number;
    };
