// Names a field of a definition in words, from its dotted path.

const NAMES: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/^webhookUrl$/, "URL"],
  [/^webhookMethod$/, "Method"],
  [/^webhookHeaders\.(.+)$/, "Header $1"],
  [/^webhookHeaders$/, "Headers"],
  [/^webhookAuth\b/, "Authentication"],
  [/^payloadTemplate$/, "Body"],
  [/^payloadFormat$/, "Format of the body"],
  [/^parameters\.properties\.([^.]+)$/, "Parameter $1"],
  [/^parameters\.properties\.([^.]+)\.(.+)$/, "Parameter $1: $2"],
  [/^parameters\.required$/, "Required parameters"],
  [/^parameters\b/, "Parameters"],
  [/^name$/, "Name"],
  [/^description$/, "Description"],
  [/^timeoutSeconds$/, "Timeout of a run, seconds"],
  [/^attemptTimeoutSeconds$/, "Timeout of an attempt, seconds"],
  [/^retryPolicy\.maxAttempts$/, "Attempts"],
  [/^retryPolicy\.safeToRepeat$/, "Safe to repeat"],
  [/^retryPolicy\b/, "Waits between attempts"],
  [/^concurrency\b/, "Runs at the same time"],
  [/^completion\b/, "Completion"],
  [/^successCondition\b/, "Success"],
  [/^whileDraft$/, "While a draft waits"],
  [/^secrets\.(.+)$/, "Secret $1"],
  [/^secrets$/, "Secrets"],
  [/^signature\b/, "Signature"],
  [/^clientCertificate\b/, "Client certificate"],
  [/^cases\b/, "Cases"],
];

/** Returns the path itself for a field that this console does not know. */
export function nameField(path: string): string {
  const found = NAMES.find(([pattern]) => pattern.test(path));
  return found ? path.replace(new RegExp(`${found[0].source}.*$`), found[1]) : path;
}
