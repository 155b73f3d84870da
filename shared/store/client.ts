// The DynamoDB client, and the translation of its failures into service errors.
import {
  DynamoDBClient,
  DynamoDBServiceException,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { readEnvironment } from "../contract/env.ts";
import { ServiceError } from "../domain/errors.ts";
import { retryContended } from "./contention.ts";
import { inTurn } from "./turns.ts";

let connection: { documents: DynamoDBDocumentClient; table: string } | undefined;

/** Returns the client and the table name. Creates the client on first use. */
export function openTable(): { documents: DynamoDBDocumentClient; table: string } {
  connection ??= { table: readEnvironment(["TABLE_NAME"], process.env).TABLE_NAME, documents: openClient() };
  return connection;
}

/**
 * The SDK tries a refused or broken call 3 times within a second. It does not repeat one that was not answered within
 * 5 s: the table may still carry it out, and works on it while it is slow. Whoever asked for it decides.
 */
function openClient(): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw isUnanswered(error) ? new Unanswered(error.message) : error;
      }
    },
    { step: "finalizeRequest", priority: "low", name: "unanswered" },
  );
  // It copies every item for a log line that nobody asks for: 2 % of a run's CPU time.
  client.middlewareStack.remove("loggerMiddleware");
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** The SDK's code for a request that timed out. What happens to connections has others. */
const isUnanswered = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && error.code === "ETIMEDOUT";

/** A call that timed out, under a name for which the SDK does not try again. */
class Unanswered extends Error {
  override readonly name = "Unanswered";
}

/** The condition of one or more writes failed. `labels` names these writes. */
export class ConditionFailed extends Error {
  readonly labels: readonly string[];

  constructor(labels: readonly string[], cause: unknown) {
    super(`Condition failed: ${labels.join(", ")}`, { cause });
    this.name = "ConditionFailed";
    this.labels = labels;
  }
}

/** Advice for operators, by the SDK's error name. */
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

/** Transient failures: the caller may retry. The SDK has tried most of them three times. */
const TRANSIENT = new Set([
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "InternalServerError",
  "ServiceUnavailable",
  "TransactionConflictException",
  "TransactionInProgressException",
  "TimeoutError",
  "Unanswered",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
]);

/**
 * Conflicts that the SDK does not retry. `TransactionConflictException`: a transaction holds the item of a plain write,
 * and nothing was written. `TransactionInProgressException`: an earlier attempt with the same client request token is
 * still running. DynamoDB Local never returns either of them.
 */
const CONTENDED = new Set(["TransactionConflictException", "TransactionInProgressException"]);

const isContended = (error: unknown) => error instanceof Error && CONTENDED.has(error.name);

/** Sends an SDK request in its turn. Every failure except a failed condition or a cancelled transaction becomes a ServiceError. */
export async function callTable<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await retryContended(() => inTurn(send), isContended);
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

/** Every modelled error has a member `$retryable`. It is undefined unless the SDK considers the error retryable. */
function isTransient(error: Error): boolean {
  if (TRANSIENT.has(error.name)) return true;
  if ("code" in error && typeof error.code === "string" && TRANSIENT.has(error.code)) return true;
  if (!(error instanceof DynamoDBServiceException)) return false;
  return error.$retryable !== undefined || (error.$metadata.httpStatusCode ?? 0) >= 500;
}

/** Returns a 500 for an unforeseen failure. The message names the SDK's error; the log has the whole cause. */
export function unexpectedError(cause: unknown): ServiceError {
  const name = cause instanceof Error ? cause.name : typeof cause;
  const message = `The call of the table failed unexpectedly (${name}): read the cause in the log.`;
  return new ServiceError("internal_error", message, { cause });
}

/** Returns a 503. A write may have been applied or not; the caller may retry with the same idempotency key. */
export function unavailableError(cause: unknown): ServiceError {
  const hint =
    "The table did not answer in time, or is throttled: check that DynamoDB runs and is reached, then its metrics for throttled requests.";
  return new ServiceError("unavailable", hint, { cause, retryAfterSeconds: 5 });
}
