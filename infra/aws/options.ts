// What a deployment may choose, read from CDK's context (`-c name=value`) and refused at once where it is wrong.

import type { Node } from "constructs";
import * as z from "zod";
import { ENVIRONMENT } from "../../shared/contract/env.ts";
import { describeIssues, readInput } from "../../shared/contract/read-input.ts";

/** On the command line everything is text, a list with commas; in cdk.json it may be an array or a number. */
const text = z.union([
  z.string(),
  z.number().transform(String),
  z.array(z.string()).transform((items) => items.join(",")),
]);
const list = text.transform((joined) =>
  joined
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);
const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((given) => given === "true")]);

/** What a variable is where the deployment says nothing. */
const byDefault = (name: keyof typeof ENVIRONMENT) => String(ENVIRONMENT[name].parse(undefined));

/** Text that the functions will read as this variable: what they would refuse at start is refused here. */
function asVariable(name: keyof typeof ENVIRONMENT) {
  return text
    .superRefine((given, context) => {
      const read = readInput<z.ZodType>(ENVIRONMENT[name], given);
      if (!read.ok) for (const { message } of read.issues) context.addIssue({ code: "custom", message });
    })
    .default(byDefault(name));
}

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
    egressAllow: asVariable("WEBHOOK_EGRESS_ALLOW"),
    hostAllow: asVariable("WEBHOOK_HOST_ALLOW"),
    ports: asVariable("WEBHOOK_PORTS"),
    incidentSources: asVariable("INCIDENT_SOURCES"),
    workflowSources: asVariable("WORKFLOW_SOURCES"),
    knownTeams: asVariable("KNOWN_TEAMS"),
    startsPerMinute: asVariable("RATE_LIMIT_STARTS_PER_MINUTE"),
    publicApiUrl: asVariable("PUBLIC_API_URL"),
    allowHttp: flag.default(false),
    acknowledgePlaintextWebhooks: flag.default(false),
    alarmTopicArn: z.string().startsWith("arn:").optional(),
    alarmEmail: z.email().optional(),
    eventSourceAccounts: list
      .pipe(z.array(z.string().regex(/^\d{12}$/, "must be 12-digit account ids, comma separated")))
      .default([]),
    corsOrigins: list
      .pipe(
        z.array(
          z.string().regex(/^https:\/\/[^/*,\s]+$/, "must be origins like https://console.example.com"),
        ),
      )
      .default([]),
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
    if (given.alarmTopicArn && given.alarmEmail) {
      wrong("alarmEmail", "is for a topic of this stack's own: give alarmTopicArn or alarmEmail, not both");
    }
    if (given.allowHttp && !given.acknowledgePlaintextWebhooks) {
      wrong(
        "allowHttp",
        "sends payloads and credentials unencrypted: use https, or also give acknowledgePlaintextWebhooks=true",
      );
    }
  });
export type Options = z.output<typeof Options>;

/** CDK's own context keys hold `:` or `/`; every other key is ours, so a misspelt one is an error and not ignored. */
export function readOptions(node: Node): Options {
  const context: Record<string, unknown> = node.getAllContext();
  const ours = Object.entries(context).filter(([key]) => !/[:/]/.test(key));
  const read = readInput(Options, Object.fromEntries(ours));
  if (read.ok) return read.data;
  throw new Error(`Bad deployment options: ${describeIssues(read.issues, "the context")}.`);
}
