// Deployment options, from CDK's context (`-c name=value`). A wrong option stops the synthesis.

import type { Node } from "constructs";
import * as z from "zod";
import { ENVIRONMENT } from "../../../shared/contract/env.ts";
import { readInput } from "../../../shared/contract/read-input.ts";
import { MACHINE_SCOPES } from "../../../shared/domain/machine.ts";
import { CONSOLE_OPTIONS } from "./console-options.ts";
import { findContradictions } from "./contradictions.ts";
import { DOOR_OPTIONS } from "./door-options.ts";
import { KEY_OPTIONS } from "./key-options.ts";
import { arnOf, count, flag, httpsUrl, list, origins, text, word } from "./option-types.ts";
import { describeOptionIssues } from "./option-words.ts";
import { PEOPLE_OPTIONS } from "./people-options.ts";
import { findPlaceIssues } from "./place-issues.ts";
import { REACH_OPTIONS } from "./reach-options.ts";
import { Refusal } from "./refusal.ts";
import { RESTORE_OPTIONS } from "./restore-options.ts";
import { UPDATE_OPTIONS } from "./update-options.ts";

/** Returns the contract's default of a variable, as text. */
const byDefault = (name: keyof typeof ENVIRONMENT) => String(ENVIRONMENT[name].parse(undefined));

/** An option that becomes this variable. Validates it with the variable's schema, so that functions never fail on it. */
function asVariable(name: keyof typeof ENVIRONMENT) {
  return text
    .superRefine((given, context) => {
      // What is no option by itself says nothing of the others.
      if (context.issues.length > 0) return;
      const read = readInput<z.ZodType>(ENVIRONMENT[name], given);
      if (!read.ok) for (const { message } of read.issues) context.addIssue({ code: "custom", message });
    })
    .default(byDefault(name));
}

const topic = arnOf("sns", "[\\w-]{1,256}(\\.fifo)?", "a topic of SNS");

/** An event bus and a group of schedules that are there already, a prefix of aliases of keys, and the scopes of machines. */
const RESERVED = ["default", "aws", MACHINE_SCOPES];

export const Options = z
  .strictObject({
    stackName: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,29}$/, "must be 1 to 30 of a-z, 0-9 and -, a letter first")
      .refine((name) => !RESERVED.includes(name), "is a name that AWS or the service keeps: take another")
      .default("runbooks"),
    oidcIssuer: httpsUrl.optional(),
    oidcAudience: list
      .pipe(z.array(word).min(1, "must name at least one audience").max(50, "must be at most 50"))
      .optional(),
    groupsClaim: asVariable("GROUPS_CLAIM"),
    fourEyes: flag.default(false),
    approvalsRequired: asVariable("APPROVALS_REQUIRED"),
    approvalValidDays: asVariable("APPROVAL_VALID_DAYS"),
    approverOfAnotherTeam: flag.default(false),
    approveAutomations: flag.default(false),
    egressAllow: asVariable("WEBHOOK_EGRESS_ALLOW"),
    hostAllow: asVariable("WEBHOOK_HOST_ALLOW"),
    ports: asVariable("WEBHOOK_PORTS"),
    incidentSources: asVariable("INCIDENT_SOURCES"),
    workflowSources: asVariable("WORKFLOW_SOURCES"),
    knownTeams: asVariable("KNOWN_TEAMS"),
    startsPerMinute: asVariable("RATE_LIMIT_STARTS_PER_MINUTE"),
    startsPerSecond: count(1, 10_000).optional(),
    deliveryConcurrency: count(1, 100_000).optional(),
    deliveriesPerTeam: asVariable("DELIVERIES_PER_TEAM"),
    eventConcurrency: count(2, 1000).default(10),
    incidentEventDays: asVariable("INCIDENT_EVENT_DAYS"),
    rejectionDays: asVariable("REJECTION_DAYS"),
    sweepConcurrency: count(1, 10).optional(),
    controlsConcurrency: count(1, 100).optional(),
    publicApiUrl: asVariable("PUBLIC_API_URL"),
    allowHttp: flag.default(false),
    acknowledgePlaintextWebhooks: flag.default(false),
    routeMetrics: flag.default(false),
    teamMetrics: asVariable("TEAM_METRICS"),
    runbookMetrics: asVariable("RUNBOOK_METRICS"),
    alarmTopicArn: topic.optional(),
    alarmEmail: z.email().optional(),
    noticeTopicArn: topic.optional(),
    noticeEmail: z.email().optional(),
    eventSourceAccounts: list
      .pipe(z.array(z.string().regex(/^\d{12}$/, "must be 12-digit account ids, comma separated")))
      .default([]),
    partnerEventBuses: list
      .pipe(
        z
          .array(
            z
              .string()
              .regex(
                /^aws\.partner\/[/.\-_A-Za-z0-9]{1,200}$/,
                "must be names like aws.partner/pagerduty.com/0123",
              ),
          )
          // Each adds statements to the policies of two queues, of which SQS takes 8,192 bytes.
          .max(12, "must be at most 12: the policy of a queue has room for no more"),
      )
      .default([]),
    corsOrigins: origins("https://console.example.com").default([]),
    ...CONSOLE_OPTIONS,
    ...DOOR_OPTIONS,
    ...PEOPLE_OPTIONS,
    ...KEY_OPTIONS,
    ...RESTORE_OPTIONS,
    ...REACH_OPTIONS,
    ...UPDATE_OPTIONS,
  })
  .superRefine((given, context) => {
    // What is no option by itself says nothing of the others.
    if (context.issues.length > 0) return;
    for (const [option, message] of findContradictions(given))
      context.addIssue({ code: "custom", path: [option], message });
  });
export type Options = z.output<typeof Options>;

/**
 * Returns the options. CDK's own context keys contain `:` or `/`; every other key is an option. `region`: where the stack
 * will be, if that is known. Throws if an option is unknown or invalid, so that a misspelt name is not ignored.
 */
export function readOptions(node: Node, region?: string): Options {
  const context: Record<string, unknown> = node.getAllContext();
  const ours = Object.fromEntries(Object.entries(context).filter(([key]) => !/[:/]/.test(key)));
  const read = readInput(Options, ours);
  const names = Object.keys(Options.shape);
  if (!read.ok) throw new Refusal(describeOptionIssues(read.issues, ours, names));
  const places = findPlaceIssues(read.data, region);
  const misplaced = places.map(([option, message]) => ({ pointer: `/${option}`, message }));
  if (misplaced.length > 0) throw new Refusal(describeOptionIssues(misplaced, ours, names));
  return read.data;
}
