// The structured log: one JSON line an event, never a request body, a parameter or a secret.
import { Logger } from "@aws-lambda-powertools/logger";

export const logger = new Logger({ serviceName: process.env["POWERTOOLS_SERVICE_NAME"] ?? "runbooks" });

/**
 * An error as the log may show it. Texts of parsers (`SyntaxError`, `ZodError`) quote their input, so they are left
 * out; of the stack only the places remain.
 */
export function toLogFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const quotesInput = error.name === "SyntaxError" || error.name === "ZodError";
  return {
    name: error.name,
    ...("code" in error && { code: error.code }),
    ...(!quotesInput && { message: error.message }),
    places: (error.stack ?? "")
      .split("\n")
      .filter((line) => line.startsWith("    at "))
      .slice(0, 8)
      .map((l) => l.trim()),
    ...(error.cause !== undefined && { cause: toLogFields(error.cause) }),
  };
}
