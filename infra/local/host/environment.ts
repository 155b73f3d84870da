// Sets the environment variables of the functions before any is loaded: endpoints, names and local defaults.

import { readFileSync } from "node:fs";
import { devNull } from "node:os";
import * as z from "zod";
import { findCaBundleProblems } from "../../../shared/contract/ca-bundle.ts";
import { ENVIRONMENT, type Variable } from "../../../shared/contract/env.ts";
import { BUS, SOURCE_MESSAGES } from "../../../shared/contract/events.ts";
import { describeIssues, readInput } from "../../../shared/contract/read-input.ts";
import { RECORD_CALLBACK } from "../../../shared/contract/workflow.ts";
import { SEVERAL_AT_A_TIME } from "../lambda/invocations.ts";
import { MACHINE_CLIENTS } from "../oidc/machines.ts";
import { signInAt } from "../oidc/sign-in-client.ts";
import { type Arns, KEY_ALIAS, SCHEDULE_GROUP } from "../platform/arns.ts";
import { HostError } from "../platform/errors.ts";
import { deadLetterQueue, queueUrl } from "../sqs/queue-names.ts";

export const TABLE_NAME = "runbooks";

type Variables = Record<string, string | undefined>;
/** `rules`: the functions get the URLs of each rule's queue and dead-letter queue. */
type Endpoints = {
  aws: string;
  api: string;
  dynamoDb: string;
  issuer: string;
  /** The folder of the built pages. */
  pages: string;
  rules: readonly string[];
};

/** Returns the variables that the user has set. Keeps empty ones, which differ from unset ones. */
const DEFAULTS = {
  WEBHOOK_EGRESS_ALLOW: "127.0.0.0/8,::1/128",
  WEBHOOK_ALLOW_HTTP: "true",
  WEBHOOK_PORTS: "*",
  POWERTOOLS_LOG_LEVEL: "INFO",
} as const;

/** AWS Powertools variables that the user may set. */
const LOGGING = z.object({
  POWERTOOLS_LOG_LEVEL: z.enum(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "SILENT", "CRITICAL"]),
  POWERTOOLS_METRICS_DISABLED: z.enum(["true", "false"]).optional(),
});

/** Contract variables that the local stack sets by itself: most name its resources. */
const SET_BY_HOST: ReadonlySet<string> = new Set([
  "TABLE_NAME",
  "EVENT_BUS_NAME",
  "STATE_MACHINE_ARN",
  "KMS_KEY_ID",
  "CURSOR_ENCRYPTION_KEY_ARN",
  "FINGERPRINT_KEY_ARN",
  "SCHEDULE_GROUP",
  "SCHEDULE_ROLE_ARN",
  "SCHEDULE_QUEUE_ARN",
  "SCHEDULE_DEAD_LETTER_QUEUE_ARN",
  "DEAD_LETTER_QUEUES",
  "EVENT_QUEUES",
  "RECORD_CALLBACK_FUNCTION",
  "CONSOLE_ASSETS",
  "CONSOLE_SIGN_IN",
  "TOKEN_RULES",
  "MACHINE_CLIENTS",
  "GROUP_MAP",
] satisfies Variable[]);

/** Variables that the user may set, besides ports, data folder and region. */
export const SETTABLE: readonly string[] = [
  ...Object.keys(ENVIRONMENT).filter((name) => !SET_BY_HOST.has(name)),
  ...Object.keys(LOGGING.shape),
];

/** Variables to remove: they could redirect the SDK's clients, keep them from starting, or log whole events. */
const MISLEADING = /^(AWS|POWERTOOLS)_/;

export function buildFunctionEnvironment(given: Variables, endpoints: Endpoints, arns: Arns): Variables {
  const services = ["SFN", "KMS", "SECRETS_MANAGER", "EVENTBRIDGE", "SQS", "LAMBDA", "SCHEDULER"];
  const clients = Object.fromEntries(services.map((name) => [`AWS_ENDPOINT_URL_${name}`, endpoints.aws]));
  const misleading = Object.keys(given).filter((name) => MISLEADING.test(name) && !SETTABLE.includes(name));
  return {
    ...DEFAULTS,
    PUBLIC_API_URL: endpoints.api,
    ...dropUndefined(given),
    ...Object.fromEntries(misleading.map((name) => [name, undefined])),
    ...clients,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDb,
    AWS_REGION: arns.region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    TZ: "UTC",
    POWERTOOLS_SERVICE_NAME: "runbooks",
    POWERTOOLS_METRICS_NAMESPACE: "Runbooks",
    ...SEVERAL_AT_A_TIME,
    TABLE_NAME,
    EVENT_BUS_NAME: BUS,
    STATE_MACHINE_ARN: arns.stateMachine,
    KMS_KEY_ID: KEY_ALIAS,
    RECORD_CALLBACK_FUNCTION: RECORD_CALLBACK,
    CURSOR_ENCRYPTION_KEY_ARN: arns.ownKey("CURSOR_ENCRYPTION_KEY"),
    FINGERPRINT_KEY_ARN: arns.ownKey("FINGERPRINT_KEY"),
    ...nameQueues(endpoints, arns),
    CONSOLE_ASSETS: endpoints.pages,
    // The gateway verifies tokens itself.
    TOKEN_RULES: "",
    CONSOLE_SIGN_IN: JSON.stringify(signInAt(endpoints.issuer)),
    MACHINE_CLIENTS,
    // No user pool calls its trigger here.
    GROUP_MAP: undefined,
  };
}

/** The queues of the rules, and what sends to them by the clock. */
function nameQueues({ aws, rules }: Endpoints, arns: Arns): Variables {
  const urls = (queueOf: (rule: string) => string) =>
    rules.map((rule) => `${rule}=${queueUrl(aws, queueOf(rule))}`).join(",");
  return {
    SCHEDULE_GROUP,
    SCHEDULE_ROLE_ARN: arns.schedulerRole,
    SCHEDULE_QUEUE_ARN: arns.queue(SOURCE_MESSAGES),
    SCHEDULE_DEAD_LETTER_QUEUE_ARN: arns.queue(deadLetterQueue(SOURCE_MESSAGES)),
    DEAD_LETTER_QUEUES: urls(deadLetterQueue),
    EVENT_QUEUES: urls((rule) => rule),
  };
}

/** Validates all variables at start, so that the first request does not fail on a bad one. */
export function requireValidVariables(given: Variables): void {
  const variables = { ...DEFAULTS, ...dropUndefined(given) };
  const shape = z.object({ ...ENVIRONMENT, ...LOGGING.shape });
  const read = readInput(shape, variables);
  const wrong = read.ok ? [] : read.issues.filter(({ pointer }) => SETTABLE.includes(pointer.slice(1)));
  if (wrong.length > 0) {
    const problems = describeIssues(wrong, "the environment");
    throw new HostError(`Bad environment: ${problems}. Fix it, or unset it for the default.`);
  }
  requireValidBundle(given["WEBHOOK_CA_BUNDLE"] ?? "");
}

/** @throws HostError, as the synthesis for AWS refuses a bad option `caBundle` */
function requireValidBundle(file: string): void {
  if (file === "") return;
  const refuse = (problem: string) =>
    new HostError(`Bad environment: WEBHOOK_CA_BUNDLE: ${file} ${problem}. Fix it, or unset it.`);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw refuse("is no file that can be read");
  }
  const [problem] = findCaBundleProblems(text, new Date());
  if (problem !== undefined) throw refuse(problem);
}

function dropUndefined(given: Variables): Variables {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Replaces the environment of this process with `variables`. */
export function applyEnvironment(variables: Variables): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
