// Results of one HTTP exchange, with fixed messages for failures. They never quote text from the network.

/** Response headers that are kept: what was made and where, when to ask again, and ids for the receiver's support. */
export const KEPT_HEADERS = [
  "content-type",
  "location",
  "retry-after",
  "etag",
  "operation-location",
  "azure-asyncoperation",
  "x-request-id",
  "request-id",
  "x-correlation-id",
  "x-amzn-requestid",
  "x-amz-request-id",
  "x-ms-request-id",
  "x-github-request-id",
  "x-slack-req-id",
  "cf-ray",
] as const;

/** Response headers that are read. All others are dropped. */
export const ANSWER_HEADERS = [...KEPT_HEADERS, "content-encoding"] as const;

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

/** Whom an exchange calls, as the messages name it. */
export type Party = "The receiver" | "The token endpoint (webhookAuth.tokenUrl)";

/** Why an exchange failed, in words that go on after the party and show no address, host, header or body. */
export const FAILURES = {
  egress_denied: "may not be called: its name leads to an address that is not public.",
  unreachable: "could not be reached: its name does not resolve, or it accepts no connection.",
  tls_error:
    "offers no secure connection: it needs TLS 1.2 or later and a valid certificate for its host name.",
  timeout: "did not give a complete answer in time.",
  connection_lost: "closed the connection before the answer was complete.",
  invalid_response: "sent an answer that is not valid HTTP, or whose headers are larger than 16 KB.",
  invalid_request: "was not called: the request cannot be written as HTTP.",
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
