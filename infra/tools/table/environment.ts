// The environment of the tools for the table: validates it before the table is read, and completes it for a local
// stack.
import { devNull } from "node:os";
import * as z from "zod";

/** A problem that the person at the terminal must fix. Printed as one line, without a stack trace. */
export class ToolError extends Error {
  override readonly name = "ToolError";
}

type Variables = Readonly<Record<string, string | undefined>>;
/** `endpoint` null: the AWS endpoint of the region. */
export type ToolEnvironment = { table: string; endpoint: string | null; variables: Variables };

const TABLE_NAME = z.string().regex(/^([\w.-]{3,255}|arn:\S+)$/);
const ENDPOINT = z.url({ protocol: /^https?$/ });
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Credentials for a local stack, which accepts any. The tool neither requires, looks up nor sends real AWS credentials
 * there.
 */
const LOCAL: Variables = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
};

export function readToolEnvironment(given: Variables): ToolEnvironment {
  const table = TABLE_NAME.safeParse(given["TABLE_NAME"] ?? "");
  if (!table.success) {
    throw new ToolError(
      "TABLE_NAME must name the table: the stack's output TableName, or `runbooks` on a local stack.",
    );
  }
  const endpoint = given["AWS_ENDPOINT_URL_DYNAMODB"] || given["AWS_ENDPOINT_URL"] || null;
  if (endpoint !== null && !ENDPOINT.safeParse(endpoint).success) {
    throw new ToolError(
      "AWS_ENDPOINT_URL_DYNAMODB must be a URL like http://127.0.0.1:40521: the `dynamodb=` of the local stack's ready line. Leave it out for AWS.",
    );
  }
  const local = endpoint !== null && LOOPBACK.has(new URL(endpoint).hostname);
  return { table: table.data, endpoint, variables: local ? LOCAL : {} };
}

/** Sets the variables for the SDK's clients and the store; removes those that are undefined. */
export function applyToolVariables(variables: Variables): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
