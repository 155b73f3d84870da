// Deployment options, from CDK's context (`-c name=value`). A wrong option stops the synthesis.

import type { Node } from "constructs";
import * as z from "zod";
import { ENVIRONMENT } from "../../../shared/contract/env.ts";
import { describeIssues, readInput } from "../../../shared/contract/read-input.ts";
import { CONSOLE_OPTIONS, findConsoleIssues } from "./console-options.ts";
import { findDoorIssues } from "./door-issues.ts";
import { DOOR_OPTIONS } from "./door-options.ts";
import { findKeyIssues, KEY_OPTIONS } from "./key-options.ts";
import { count, flag, list, text } from "./option-types.ts";
import { findPeopleIssues, PEOPLE_OPTIONS } from "./people-options.ts";
import { findReachIssues, REACH_OPTIONS } from "./reach-options.ts";
import { findRestoreIssues, RESTORE_OPTIONS } from "./restore-options.ts";
import { UPDATE_OPTIONS } from "./update-options.ts";

/** Returns the contract's default of a variable, as text. */
const byDefault = (name: keyof typeof ENVIRONMENT) => String(ENVIRONMENT[name].parse(undefined));

/** An option that becomes this variable. Validates it with the variable's schema, so that functions never fail on it. */
function asVariable(name: keyof typeof ENVIRONMENT) {
  return text
    .superRefine((given, context) => {
      const read = readInput<z.ZodType>(ENVIRONMENT[name], given);
      if (!read.ok) for (const { message } of read.issues) context.addIssue({ code: "custom", message });
    })
    .default(byDefault(name));
}

const listContradictions = (
  given: Parameters<typeof findConsoleIssues>[0] &
    Parameters<typeof findDoorIssues>[0] &
    Parameters<typeof findPeopleIssues>[0] &
    Parameters<typeof findKeyIssues>[0] &
    Parameters<typeof findRestoreIssues>[0] &
    Parameters<typeof findReachIssues>[0],
) => [
  ...findConsoleIssues(given),
  ...findDoorIssues(given),
  ...findPeopleIssues(given),
  ...findKeyIssues(given),
  ...findRestoreIssues(given),
  ...findReachIssues(given),
];

export const Options = z
  .strictObject({
    stackName: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,29}$/, "must be 1 to 30 of a-z, 0-9 and -, a letter first")
      .default("runbooks"),
    oidcIssuer: z.url({ protocol: /^https$/ }).optional(),
    oidcAudience: list.pipe(z.array(z.string()).min(1).max(50)).optional(),
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
    alarmTopicArn: z.string().startsWith("arn:").optional(),
    alarmEmail: z.email().optional(),
    noticeTopicArn: z.string().startsWith("arn:").optional(),
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
    corsOrigins: list
      .pipe(
        z.array(
          z.string().regex(/^https:\/\/[^/*,\s]+$/, "must be origins like https://console.example.com"),
        ),
      )
      .default([]),
    ...CONSOLE_OPTIONS,
    ...DOOR_OPTIONS,
    ...PEOPLE_OPTIONS,
    ...KEY_OPTIONS,
    ...RESTORE_OPTIONS,
    ...REACH_OPTIONS,
    ...UPDATE_OPTIONS,
  })
  .superRefine((given, context) => {
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if ((given.oidcIssuer === undefined) !== (given.oidcAudience === undefined)) {
      wrong(
        given.oidcIssuer ? "oidcAudience" : "oidcIssuer",
        "oidcIssuer and oidcAudience are given together",
      );
    }
    for (const [path, message] of listContradictions(given)) wrong(path, message);
    for (const kind of ["alarm", "notice"] as const) {
      if (given[`${kind}TopicArn`] && given[`${kind}Email`])
        wrong(
          `${kind}Email`,
          `creates a topic in this stack: give ${kind}TopicArn or ${kind}Email, not both`,
        );
    }
    const { deliveryConcurrency, deliveriesPerTeam } = given;
    if (deliveryConcurrency !== undefined && Number(deliveriesPerTeam) >= deliveryConcurrency) {
      wrong("deliveriesPerTeam", "leaves no room for other teams: give less than deliveryConcurrency");
    }
    if (given.allowHttp && !given.acknowledgePlaintextWebhooks) {
      wrong(
        "allowHttp",
        "sends payloads and credentials unencrypted: use https, or also give acknowledgePlaintextWebhooks=true",
      );
    }
  });
export type Options = z.output<typeof Options>;

/**
 * Returns the options. CDK's own context keys contain `:` or `/`; every other key is an option.
 * Throws if an option is unknown or invalid, so that a misspelt name is not ignored.
 */
export function readOptions(node: Node): Options {
  const context: Record<string, unknown> = node.getAllContext();
  const ours = Object.entries(context).filter(([key]) => !/[:/]/.test(key));
  const read = readInput(Options, Object.fromEntries(ours));
  if (read.ok) return read.data;
  throw new Error(`Bad deployment options: ${describeIssues(read.issues, "the context")}.`);
}
