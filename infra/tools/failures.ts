// Why the table could not be read, as one line that says what to do about it.
import { type Surroundings, ToolError } from "./surroundings.ts";

export type Place = Pick<Surroundings, "table" | "endpoint">;
type Telling = (place: Place, error: Error) => string;

const CREDENTIALS =
  "sign in (`aws sso login`) and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
const START =
  "start the local host, and take the `dynamodb=` of its ready line for AWS_ENDPOINT_URL_DYNAMODB";
const REGION = "set AWS_REGION to the region of the table, like eu-central-1";

const noCredentials: Telling = (_, error) =>
  `There are no AWS credentials (${lineOf(error)}): ${CREDENTIALS}.`;
const refusedCredentials: Telling = (_, error) =>
  `AWS does not accept these credentials (${error.name}): ${CREDENTIALS}.`;
const unreachable: Telling = ({ endpoint }, error) =>
  endpoint === null
    ? `AWS cannot be reached (${lineOf(error)}): check the network, and ${REGION}.`
    : `Nothing answers on ${endpoint}: ${START}. Leave the variable out for AWS.`;
const busy: Telling = (_, error) =>
  `The table does not answer in time, or is throttled (${lineOf(error)}): try again later.`;

/** By the name or the code of what was thrown. */
const TELLINGS: Readonly<Partial<Record<string, Telling>>> = {
  CredentialsProviderError: noCredentials,
  TokenProviderError: noCredentials,
  ProviderError: noCredentials,
  UnrecognizedClientException: refusedCredentials,
  InvalidSignatureException: refusedCredentials,
  ExpiredTokenException: refusedCredentials,
  ExpiredToken: refusedCredentials,
  InvalidClientTokenId: refusedCredentials,
  MissingAuthenticationTokenException: refusedCredentials,
  IncompleteSignature: refusedCredentials,
  AccessDeniedException: ({ table }) =>
    `These credentials may not read the table ${table}: take some that may dynamodb:Scan, Query and GetItem on it and its indexes.`,
  ResourceNotFoundException: ({ table, endpoint }) =>
    `There is no table ${table} ${endpoint === null ? "in this account and region" : `on ${endpoint}`}: check TABLE_NAME, ${endpoint === null ? "AWS_REGION and the credentials" : "which is `runbooks` on a local host"}.`,
  ValidationException: ({ table }, error) =>
    `DynamoDB refused to read ${table} (${lineOf(error)}): check that TABLE_NAME names the table of this service.`,
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ETIMEDOUT: busy,
  TimeoutError: busy,
  ThrottlingException: busy,
  ProvisionedThroughputExceededException: busy,
  RequestLimitExceeded: busy,
};

export function lineFor(error: unknown, place: Place): string {
  if (error instanceof ToolError) return error.message;
  for (const cause of causes(error)) {
    const telling = TELLINGS[cause.name] ?? TELLINGS[codeOf(cause)];
    if (telling) return telling(place, cause);
    // The SDK has no name for it.
    if (/^Region /.test(cause.message)) return `${capital(REGION)} (${lineOf(cause)}).`;
  }
  return unknown(error, place);
}

function unknown(error: unknown, { table, endpoint }: Place): string {
  const root = causes(error).at(-1);
  const told = root
    ? `${/Exception$/.test(root.name) ? `${root.name}: ` : ""}${lineOf(root)}`
    : String(error);
  const advice = endpoint === null ? REGION : `check that ${endpoint} is the \`dynamodb=\` of a local host`;
  return `The table ${table} could not be read (${told}): ${advice}.`;
}

/** What was thrown, what caused that, and so on: the SDK's own error is the last. */
function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

const codeOf = (error: Error) => ("code" in error ? String(error.code) : "");
/** Without the SDK's advice for programmers. */
const lineOf = ({ message }: Error) =>
  message
    .replaceAll(/\s+/g, " ")
    .replace(/ Deserialization error: .*$|\.$/, "")
    .slice(0, 300);
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
