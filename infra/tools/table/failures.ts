// Explains in one line why the table could not be read, and what to do.
import { type ToolEnvironment, ToolError } from "./environment.ts";

export type TableLocation = Pick<ToolEnvironment, "table" | "endpoint">;
type Explain = (location: TableLocation, error: Error) => string;

const CREDENTIALS =
  "sign in (`aws sso login`) and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
const START =
  "start the local stack, and take the `dynamodb=` of its ready line for AWS_ENDPOINT_URL_DYNAMODB";
const REGION = "set AWS_REGION to the region of the table, like eu-central-1";

const explainNoCredentials: Explain = (_, error) =>
  `There are no AWS credentials (${lineOf(error)}): ${CREDENTIALS}.`;
const explainRefusedCredentials: Explain = (_, error) =>
  `AWS does not accept these credentials (${error.name}): ${CREDENTIALS}.`;
const explainUnreachable: Explain = ({ endpoint }, error) =>
  endpoint === null
    ? `AWS cannot be reached (${lineOf(error)}): check the network, and ${REGION}.`
    : `Nothing answers on ${endpoint}: ${START}. Leave the variable out for AWS.`;
const explainThrottling: Explain = (_, error) =>
  `The table does not answer in time, or is throttled (${lineOf(error)}): try again later.`;

/** Explanations by error name or error code. */
const EXPLANATIONS: Readonly<Partial<Record<string, Explain>>> = {
  CredentialsProviderError: explainNoCredentials,
  TokenProviderError: explainNoCredentials,
  ProviderError: explainNoCredentials,
  UnrecognizedClientException: explainRefusedCredentials,
  InvalidSignatureException: explainRefusedCredentials,
  ExpiredTokenException: explainRefusedCredentials,
  ExpiredToken: explainRefusedCredentials,
  InvalidClientTokenId: explainRefusedCredentials,
  MissingAuthenticationTokenException: explainRefusedCredentials,
  IncompleteSignature: explainRefusedCredentials,
  AccessDeniedException: ({ table }) =>
    `These credentials may not read the table ${table}: use credentials that allow dynamodb:Scan, Query and GetItem on it and its indexes.`,
  ResourceNotFoundException: ({ table, endpoint }) =>
    `There is no table ${table} ${endpoint === null ? "in this account and region" : `on ${endpoint}`}: check TABLE_NAME, ${endpoint === null ? "AWS_REGION and the credentials" : "which is `runbooks` on a local stack"}.`,
  ValidationException: ({ table }, error) =>
    `DynamoDB refused to read ${table} (${lineOf(error)}): check that TABLE_NAME names the table of this service.`,
  ECONNREFUSED: explainUnreachable,
  ECONNRESET: explainUnreachable,
  ENOTFOUND: explainUnreachable,
  EAI_AGAIN: explainUnreachable,
  EHOSTUNREACH: explainUnreachable,
  ENETUNREACH: explainUnreachable,
  ETIMEDOUT: explainThrottling,
  TimeoutError: explainThrottling,
  ThrottlingException: explainThrottling,
  ProvisionedThroughputExceededException: explainThrottling,
  RequestLimitExceeded: explainThrottling,
};

export function explainFailure(error: unknown, location: TableLocation): string {
  if (error instanceof ToolError) return error.message;
  for (const cause of listCauses(error)) {
    const explain = EXPLANATIONS[cause.name] ?? EXPLANATIONS[codeOf(cause)];
    if (explain) return explain(location, cause);
    // The SDK throws a plain Error for a missing region.
    if (/^Region /.test(cause.message)) return `${capitalize(REGION)} (${lineOf(cause)}).`;
  }
  return explainUnknown(error, location);
}

function explainUnknown(error: unknown, { table, endpoint }: TableLocation): string {
  const root = listCauses(error).at(-1);
  const reason = root
    ? `${/Exception$/.test(root.name) ? `${root.name}: ` : ""}${lineOf(root)}`
    : String(error);
  const advice = endpoint === null ? REGION : `check that ${endpoint} is the \`dynamodb=\` of a local stack`;
  return `The table ${table} could not be read (${reason}): ${advice}.`;
}

/** Returns the error and its chain of causes. The SDK's own error is the last. */
function listCauses(error: unknown): Error[] {
  return error instanceof Error ? [error, ...listCauses(error.cause)] : [];
}

const codeOf = (error: Error) => ("code" in error ? String(error.code) : "");
/** Returns the message on one line, without the SDK's advice for programmers. */
const lineOf = ({ message }: Error) =>
  message
    .replaceAll(/\s+/g, " ")
    .replace(/ Deserialization error: .*$|\.$/, "")
    .slice(0, 300);
const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
