// The one DynamoDB client, and the one place where its failures become ours.
import {
  DynamoDBClient,
  DynamoDBServiceException,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { readEnvironment } from "../contract/env.ts";
import { ServiceError } from "../domain/errors.ts";
import { retryContended } from "./contention.ts";

let connection: { documents: DynamoDBDocumentClient; table: string } | undefined;

/**
 * The client and the table's name, opened on first use. A call gives up after 5 s and is tried 3 times at most,
 * so that an unanswering table becomes a 503 before the function ends after 20 s.
 */
export function openTable(): { documents: DynamoDBDocumentClient; table: string } {
  connection ??= {
    table: readEnvironment(["TABLE_NAME"], process.env).TABLE_NAME,
    documents: DynamoDBDocumentClient.from(
      new DynamoDBClient({
        maxAttempts: 3,
        requestHandler: { connectionTimeout: 3000, requestTimeout: 5000, throwOnRequestTimeout: true },
      }),
      { marshallOptions: { removeUndefinedValues: true } },
    ),
  };
  return connection;
}

/** A condition of a write did not hold: somebody else was faster, or the state is another one. `labels` names the writes. */
export class ConditionFailed extends Error {
  readonly labels: readonly string[];

  constructor(labels: readonly string[], cause: unknown) {
    super(`Condition failed: ${labels.join(", ")}`, { cause });
    this.name = "ConditionFailed";
    this.labels = labels;
  }
}

/** What an operator can do about a failure of the table, by the SDK's name for it. */
const OPERATOR_HINTS: Record<string, string> = {
  ResourceNotFoundException: "The table does not exist: check TABLE_NAME and that the stack is deployed.",
  AccessDeniedException: "The function's role may not do this: check the grants of the stack.",
  UnrecognizedClientException: "The credentials are not accepted: check the function's role.",
  ValidationException: "The table refused the request: this is a defect of the service.",
  CredentialsProviderError:
    "There are no AWS credentials: check the function's role or, elsewhere, AWS_PROFILE or AWS_ACCESS_KEY_ID.",
  ExpiredTokenException: "The AWS credentials have expired: sign in again, or renew them.",
  InvalidSignatureException:
    "The AWS signature is not accepted: check the secret key and the clock of this machine.",
};

/** Failures that pass by themselves: the caller may try again. The SDK has tried most of them three times already. */
const TRANSIENT = new Set([
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "InternalServerError",
  "ServiceUnavailable",
  "TransactionConflictException",
  "TransactionInProgressException",
  "TimeoutError",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
]);

/**
 * What the SDK does not try again: another transaction is at the item of a plain write, so that nothing was written, or
 * an earlier try of the same transaction, known by its token, is still at work. DynamoDB Local says neither.
 */
const CONTENDED = new Set(["TransactionConflictException", "TransactionInProgressException"]);

const isContended = (error: unknown) => error instanceof Error && CONTENDED.has(error.name);

/** Runs a call of the SDK; any failure but a failed condition or a cancelled transaction becomes a ServiceError. */
export async function callTable<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await retryContended(send, isContended);
  } catch (error) {
    throw translateSdkError(error);
  }
}

function translateSdkError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ServiceError) return error;
  if (error.name === "ConditionalCheckFailedException") return new ConditionFailed(["item"], error);
  if (error instanceof TransactionCanceledException) return error;
  const hint = OPERATOR_HINTS[error.name];
  if (hint) return new ServiceError("internal_error", hint, { cause: error });
  return isTransient(error) ? unavailableError(error) : unexpectedError(error);
}

/** Each modelled error has a member `$retryable`; only where it is set does it say anything. */
function isTransient(error: Error): boolean {
  if (TRANSIENT.has(error.name)) return true;
  if ("code" in error && typeof error.code === "string" && TRANSIENT.has(error.code)) return true;
  if (!(error instanceof DynamoDBServiceException)) return false;
  return error.$retryable !== undefined || (error.$metadata.httpStatusCode ?? 0) >= 500;
}

/** 500: what nobody has thought of. The name of its cause is a word of the SDK's own; the cause tells an operator more. */
export function unexpectedError(cause: unknown): ServiceError {
  const name = cause instanceof Error ? cause.name : typeof cause;
  const message = `The call of the table failed unexpectedly (${name}): read the cause in the log.`;
  return new ServiceError("internal_error", message, { cause });
}

/** 503: a write may or may not have been applied; the same request may be sent again under its idempotency key. */
export function unavailableError(cause: unknown): ServiceError {
  const hint =
    "The table did not answer in time, or is throttled: check that DynamoDB runs and is reached, then its metrics for throttled requests.";
  return new ServiceError("unavailable", hint, { cause, retryAfterSeconds: 5 });
}
