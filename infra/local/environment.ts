// Sets the environment of the functions, before any of them is loaded: endpoints, names, and defaults of this host.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { ENVIRONMENT, readEnvironment, type Variable } from "../../shared/contract/env.ts";
import { type Arns, KEY_ALIAS } from "./arns.ts";
import { HostError, messageOf } from "./errors.ts";
import { SEVERAL_AT_A_TIME } from "./invocations.ts";
import { readOrCreate } from "./private-file.ts";
import { deadLetterQueue, queueUrl } from "./queue-names.ts";

export const TABLE_NAME = "runbooks";

type Variables = Record<string, string | undefined>;
/** `rules`: each has a queue and one of dead letters, whose URLs its function is told. */
export type Endpoints = { aws: string; api: string; dynamoDb: string; rules: readonly string[] };

/** What the user may set; an empty text is kept as such, unlike a variable that is not set. */
const DEFAULTS = {
  WEBHOOK_EGRESS_ALLOW: "127.0.0.0/8,::1/128",
  WEBHOOK_ALLOW_HTTP: "true",
  WEBHOOK_PORTS: "*",
  POWERTOOLS_SERVICE_NAME: "runbooks",
  POWERTOOLS_METRICS_NAMESPACE: "Runbooks",
  POWERTOOLS_LOG_LEVEL: "INFO",
} as const;

/** What would lead the SDK's clients elsewhere. */
const MISLEADING = [
  "AWS_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_USE_DUALSTACK_ENDPOINT",
];

/** The key that cursors are signed with stays the same over restarts. */
export async function cursorKey(dataDir: string): Promise<string> {
  return readOrCreate(join(dataDir, "cursor-key"), () => randomBytes(32).toString("base64url"));
}

export function functionEnvironment(
  given: Variables,
  endpoints: Endpoints,
  cursor: string,
  arns: Arns,
): Variables {
  const services = ["SFN", "KMS", "SECRETS_MANAGER", "EVENTBRIDGE", "SQS", "LAMBDA"];
  const clients = Object.fromEntries(services.map((name) => [`AWS_ENDPOINT_URL_${name}`, endpoints.aws]));
  const urls = (queueOf: (rule: string) => string) =>
    endpoints.rules.map((rule) => `${rule}=${queueUrl(endpoints.aws, queueOf(rule))}`).join(",");
  const variables = {
    ...DEFAULTS,
    PUBLIC_API_URL: endpoints.api,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...clients,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDb,
    AWS_REGION: arns.region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
    ...SEVERAL_AT_A_TIME,
    TABLE_NAME,
    STATE_MACHINE_ARN: arns.stateMachine,
    KMS_KEY_ID: KEY_ALIAS,
    CURSOR_KEY: cursor,
    DEAD_LETTER_QUEUES: urls(deadLetterQueue),
    EVENT_QUEUES: urls((rule) => rule),
    ...Object.fromEntries(MISLEADING.map((name) => [name, undefined])),
  };
  checked(variables);
  return variables;
}

/** A bad variable is told at the start, not by the first request. */
function checked(variables: Variables): void {
  try {
    readEnvironment(Object.keys(ENVIRONMENT) as Variable[], variables);
  } catch (error) {
    throw new HostError(`${messageOf(error)}. Set it right, or leave it out for the default.`);
  }
}

/** Makes `variables` the environment of this process. */
export function applyEnvironment(variables: Variables): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
