// All environment variables of the functions, as data: meaning, format and default.

import * as z from "zod";
import { APPROVAL_VARIABLES } from "./approval-variables.ts";
import { TokenRulesText } from "./authorizer.ts";
import { cidr, flag, isHost, isPort, isSource, isTeam, list, listSchema, queueList } from "./env-schemas.ts";
import { BUS, RULES } from "./events.ts";
import { RunbookMetrics, TeamMetrics } from "./metric-options.ts";
import { PEOPLE_VARIABLES } from "./people-variables.ts";
import { describeIssues, type Read, readInput } from "./read-input.ts";
import { RETENTION_VARIABLES } from "./retention.ts";
import { SCHEDULE_VARIABLES } from "./schedule-variables.ts";
import { SignInText } from "./sign-in.ts";
import { RECORD_CALLBACK } from "./workflow.ts";

export const ENVIRONMENT = {
  TABLE_NAME: z.string().min(1).describe("The DynamoDB table"),
  STATE_MACHINE_ARN: z
    .string()
    .startsWith("arn:")
    .describe("The state machine that carries out executions, or its alias"),
  KMS_KEY_ID: z.string().min(1).describe("The KMS key that encrypts secrets"),
  CURSOR_ENCRYPTION_KEY_ARN: z
    .string()
    .startsWith("arn:")
    .describe("ARN of the secret in Secrets Manager with the key that encrypts list cursors"),
  FINGERPRINT_KEY_ARN: z
    .string()
    .startsWith("arn:")
    .describe("ARN of the secret in Secrets Manager with the key of fingerprints of idempotent requests"),
  ...PEOPLE_VARIABLES,
  ...RETENTION_VARIABLES,
  ...APPROVAL_VARIABLES,
  WEBHOOK_EGRESS_ALLOW: list
    .refine((l) => l.every((c) => cidr.safeParse(c).success), "must be CIDRs, comma separated")
    .describe("Non-public address ranges (CIDR, comma separated) that may be called"),
  WEBHOOK_HOST_ALLOW: list
    .refine((l) => l.every(isHost), "must be host names, comma separated; *.example.com covers subdomains")
    .describe("If not empty: the only hosts that may be called; *.example.com covers subdomains"),
  WEBHOOK_ALLOW_HTTP: flag.describe("true: http is allowed besides https"),
  WEBHOOK_PORTS: list
    .refine((l) => l.every((p) => p === "*" || isPort(p)), "must be port numbers, comma separated, or *")
    .describe("Ports that may be called besides 443 (and 80 if http is allowed); *: any"),
  WEBHOOK_CA_BUNDLE: z
    .string()
    .default("")
    .describe(
      "File with certificate authorities (PEM) that webhooks and token endpoints may have besides the public ones; if empty, none",
    ),
  RATE_LIMIT_STARTS_PER_MINUTE: z
    .string()
    .regex(/^\d{1,3}$/, "must be a whole number from 0 to 999")
    .default("60")
    .transform(Number)
    .describe(
      "Executions that one caller or automation may start in a minute, all of them at once if needed; 0: no limit",
    ),
  DELIVERIES_PER_TEAM: z
    .string()
    .regex(/^\d{1,3}$/, "must be a whole number from 0 to 999")
    .default("0")
    .transform(Number)
    .describe("Calls of webhooks that may be under way for one team; 0: no limit"),
  PUBLIC_API_URL: z
    .string()
    .regex(
      /^(https?:\/\/[^\s/?#]+(\/[^\s?#]*[^\s?#/])?)?$/,
      "must be an http(s) URL without a trailing slash",
    )
    .default("")
    .describe("URL of this API for callbacks; if empty, receivers get only the path"),
  CONSOLE_URL: z
    .string()
    .regex(/^(https:\/\/[^\s/?#]+)?$/, "must be an https URL without a path")
    .default("")
    .describe("URL of the AWS console that executions link to; if empty, `consoleUrl` is null"),
  CONSOLE_ASSETS: z
    .string()
    .min(1)
    .default("console")
    .describe("The folder with the built files of the console"),
  CONSOLE_SIGN_IN: SignInText.default(null).describe(
    "How people sign in to the console, as JSON; if empty, nobody can",
  ),
  TOKEN_RULES: TokenRulesText.default(null).describe(
    "Which tokens a REST API takes, as JSON; if empty, API Gateway verifies tokens itself",
  ),
  RECORD_CALLBACK_FUNCTION: z
    .string()
    .min(1)
    .default(RECORD_CALLBACK)
    .describe("The function that masks and records callbacks"),
  EVENT_BUS_NAME: z.string().min(1).default(BUS).describe("The event bus that events are published on"),
  INCIDENT_SOURCES: listSchema(RULES.incidents.sources)
    .refine((l) => l.every(isSource), "must be event sources without white space, comma separated")
    .describe("Trusted sources of incident events, comma separated"),
  WORKFLOW_SOURCES: listSchema(RULES["execution-requests"].sources)
    .refine(
      (l) => l.every((s) => /^[^\s=]+(=[A-Za-z0-9_-]{1,64})?$/.test(s)),
      "must be source or source=team",
    )
    .describe(
      "Sources that may request executions, comma separated; source=team only for that team, and may be repeated",
    ),
  KNOWN_TEAMS: list
    .refine((l) => l.every(isTeam), "must be team ids of letters, digits, _ and -, comma separated")
    .describe("If not empty: the only teams whose incidents are accepted, comma separated"),
  ...SCHEDULE_VARIABLES,
  TEAM_METRICS: TeamMetrics,
  RUNBOOK_METRICS: RunbookMetrics,
  DEAD_LETTER_QUEUES: queueList.describe("Dead-letter queue of each rule as rule=URL, comma separated"),
  EVENT_QUEUES: queueList.describe(
    "Queue of each rule as rule=URL, comma separated; rate-limited events wait there",
  ),
} as const;
export type Variable = keyof typeof ENVIRONMENT;

const EGRESS = ["WEBHOOK_EGRESS_ALLOW", "WEBHOOK_HOST_ALLOW", "WEBHOOK_ALLOW_HTTP", "WEBHOOK_PORTS"] as const;

const SCHEDULER = [
  "SCHEDULE_GROUP",
  "SCHEDULE_ROLE_ARN",
  "SCHEDULE_QUEUE_ARN",
  "SCHEDULE_DEAD_LETTER_QUEUE_ARN",
] as const;

/** Variables of each kind of function. The host adds its own (region, credentials, endpoints). */
export const VARIABLES = {
  api: [
    "TABLE_NAME",
    "STATE_MACHINE_ARN",
    "KMS_KEY_ID",
    "CURSOR_ENCRYPTION_KEY_ARN",
    "FINGERPRINT_KEY_ARN",
    "GROUPS_CLAIM",
    "TOKEN_TYPE",
    "MACHINE_CLIENTS",
    "FOUR_EYES",
    "APPROVALS_REQUIRED",
    "APPROVAL_VALID_DAYS",
    "APPROVER_OF_ANOTHER_TEAM",
    "APPROVE_AUTOMATIONS",
    "RATE_LIMIT_STARTS_PER_MINUTE",
    "PUBLIC_API_URL",
    "CONSOLE_URL",
    "RECORD_CALLBACK_FUNCTION",
    "EVENT_QUEUES",
    "INCIDENT_SOURCES",
    "KNOWN_TEAMS",
    ...EGRESS,
  ],
  workflow: [
    "TABLE_NAME",
    "STATE_MACHINE_ARN",
    "KMS_KEY_ID",
    "DELIVERIES_PER_TEAM",
    "PUBLIC_API_URL",
    "WEBHOOK_CA_BUNDLE",
    ...EGRESS,
  ],
  events: [
    "TABLE_NAME",
    "STATE_MACHINE_ARN",
    "KMS_KEY_ID",
    "APPROVE_AUTOMATIONS",
    "RATE_LIMIT_STARTS_PER_MINUTE",
    "INCIDENT_EVENT_DAYS",
    "REJECTION_DAYS",
    "PUBLIC_API_URL",
    "CONSOLE_URL",
    "EVENT_BUS_NAME",
    "INCIDENT_SOURCES",
    "WORKFLOW_SOURCES",
    "KNOWN_TEAMS",
    "TEAM_METRICS",
    "RUNBOOK_METRICS",
    "DEAD_LETTER_QUEUES",
    "EVENT_QUEUES",
    ...SCHEDULER,
    ...EGRESS,
  ],
  identity: ["GROUP_MAP"],
  authorizer: ["TOKEN_RULES"],
  console: ["CONSOLE_ASSETS", "CONSOLE_SIGN_IN", "GROUPS_CLAIM"],
  widgets: ["TABLE_NAME", "STATE_MACHINE_ARN", "PUBLIC_API_URL", "CONSOLE_URL"],
} as const satisfies Record<string, readonly Variable[]>;

export type Environment<K extends Variable> = { [V in K]: z.output<(typeof ENVIRONMENT)[V]> };

/**
 * Returns the parsed variables from `source`, for example `process.env`. @throws Error with one message that lists
 * every invalid variable.
 */
export function readEnvironment<K extends Variable>(
  names: readonly K[],
  source: Record<string, string | undefined>,
): Environment<K> {
  const read = names.map((name) => ({ name, parsed: parseOnce(name, source[name]) }));
  const issues = read.flatMap(({ parsed }) => (parsed.ok ? [] : parsed.issues));
  if (issues.length > 0) throw new Error(`Bad environment: ${describeIssues(issues, "the environment")}.`);
  const values = read.map(({ name, parsed }) => [name, parsed.ok ? parsed.data : null]);
  return Object.fromEntries(values) as Environment<K>;
}

const lastParsed = new Map<Variable, { text: string | undefined; parsed: Read<unknown> }>();

/** A variable is parsed when it is first read, and again only if its text has changed: it does in tests alone. */
function parseOnce(name: Variable, text: string | undefined): Read<unknown> {
  const last = lastParsed.get(name);
  if (last && last.text === text) return last.parsed;
  const parsed: Read<unknown> = readInput(ENVIRONMENT[name], text, [name]);
  // Everybody gets the same list.
  if (parsed.ok && Array.isArray(parsed.data)) Object.freeze(parsed.data);
  lastParsed.set(name, { text, parsed });
  return parsed;
}
