// Why a verification could not begin, in one line that says what to do.

/** A problem that the person at the terminal must fix before anything is tried. */
export class StartError extends Error {
  override readonly name = "StartError";
}

const CREDENTIALS =
  "sign in (`aws sso login`) and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

/** By the name of the error, or by its code. */
const EXPLANATIONS: Readonly<Partial<Record<string, string>>> = {
  CredentialsProviderError: `There are no AWS credentials: ${CREDENTIALS}.`,
  TokenProviderError: `The AWS sign-in has expired: ${CREDENTIALS}.`,
  UnrecognizedClientException: `AWS does not accept these credentials: ${CREDENTIALS}.`,
  InvalidClientTokenId: `AWS does not accept these credentials: ${CREDENTIALS}.`,
  SignatureDoesNotMatch: `AWS does not accept these credentials: ${CREDENTIALS}.`,
  ExpiredToken: `The AWS credentials have expired: ${CREDENTIALS}.`,
  ExpiredTokenException: `The AWS credentials have expired: ${CREDENTIALS}.`,
  AccessDenied:
    "These credentials may not read the stack: they need cloudformation:DescribeStacks (docs/verifying.md lists all rights).",
  ECONNREFUSED: "Nothing answers on the AWS endpoint: check --endpoint-url, the `aws=` of the local stack.",
  ENOTFOUND: "AWS cannot be reached: check the network and the region (--region).",
  EAI_AGAIN: "AWS cannot be reached: check the network and the region (--region).",
};

/** Returns what to tell about an error that comes before the first step. */
export function explainStart(error: unknown): StartError {
  for (const cause of listCauses(error)) {
    const known = EXPLANATIONS[cause.name] ?? EXPLANATIONS[codeOf(cause)];
    if (known !== undefined) return new StartError(known);
    if (/^Region /.test(cause.message)) return new StartError("The region is missing: give --region.");
  }
  return new StartError(`The verification could not begin: ${describe(error)}.`);
}

/** The message on one line, without a full stop. */
export function describe(error: unknown): string {
  const text = error instanceof Error ? `${error.message || error.name}` : String(error);
  return text.replaceAll(/\s+/g, " ").replace(/\.$/, "").slice(0, 300);
}

function listCauses(error: unknown): Error[] {
  if (error instanceof AggregateError) return [error, ...error.errors.flatMap(listCauses)];
  return error instanceof Error ? [error, ...listCauses(error.cause)] : [];
}

const codeOf = (error: Error) => ("code" in error ? String(error.code) : "");
