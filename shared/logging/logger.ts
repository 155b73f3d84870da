// The structured log: one JSON line an event, never a request body, a parameter or a secret.
import { Logger } from "@aws-lambda-powertools/logger";
import type { LogAttributes } from "@aws-lambda-powertools/logger/types";
import { METRICS } from "../contract/metrics.ts";

/** A line of level ERROR is a fault of the service, and counts as one: CloudWatch reads the metric in the line itself. */
class FaultLogger extends Logger {
  override error(message: string, ...fields: LogAttributes[]): void {
    super.error(message, ...fields, countFault());
  }
}

/** Of a published version alone, by the names that Lambda gives: only those take part in a gradual update. */
function countFault(): LogAttributes {
  const function_name = process.env["AWS_LAMBDA_FUNCTION_NAME"];
  const function_version = process.env["AWS_LAMBDA_FUNCTION_VERSION"] ?? "$LATEST";
  if (function_version === "$LATEST") return {};
  const described = {
    Namespace: METRICS.namespace,
    Dimensions: [["service", "function_name", "function_version"]],
    Metrics: [{ Name: METRICS.faults, Unit: "Count" }],
  };
  const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [described] };
  return { function_name, function_version, [METRICS.faults]: 1, _aws };
}

/** The stack, on AWS. */
export const serviceName = process.env["POWERTOOLS_SERVICE_NAME"] ?? "runbooks";

export const logger = new FaultLogger({ serviceName });

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
