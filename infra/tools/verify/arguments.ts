// The arguments of verify:aws: flags for what is not secret, variables for the tokens.
import { parseArgs } from "node:util";
import * as z from "zod";
import { readInput } from "../../../shared/contract/read-input.ts";
import { describe, StartError } from "./failures.ts";

export const USAGE = `Usage: RUNBOOKS_TOKEN=… npm run -s verify:aws -- [--stack runbooks] [--region REGION] [options]

Plays the main story against a deployment and reports what it saw. Makes runbooks named "verify …" of one team,
and removes them at the end. Exit code 0: all as expected; 1: something was not; 2: it could not begin.

  RUNBOOKS_TOKEN            access token of a platform admin, who writes and runs
  RUNBOOKS_APPROVER_TOKENS  tokens of other platform admins, comma separated, who approve (four eyes, two approvals)
  --stack NAME              the CloudFormation stack (default: runbooks); its outputs say where everything is
  --region REGION           default: AWS_REGION, or that of the profile
  --api URL                 the address of the API, if it is not the output ApiUrl
  --team ID                 the team that it plays for (default: verify)
  --incident-source NAME    a source that incidentSources trusts (default: oncall.incidents)
  --workflow-source NAME    a source that workflowSources trusts (default: oncall.workflows)
  --receiver URL            where webhooks reach port --listen of this machine, through a tunnel or a load balancer.
                            Without it, webhooks call the API of the deployment itself
  --listen PORT             the port of this machine behind --receiver; 127.0.0.1 only
  --wait SECONDS            how long to wait for anything (default: 120)
  --endpoint-url URL        a local stack's AWS endpoint; needs --api`;

const FLAGS = {
  stack: { type: "string" },
  region: { type: "string" },
  api: { type: "string" },
  team: { type: "string" },
  "incident-source": { type: "string" },
  "workflow-source": { type: "string" },
  receiver: { type: "string" },
  listen: { type: "string" },
  wait: { type: "string" },
  "endpoint-url": { type: "string" },
} as const;

const address = z
  .url({ protocol: /^https?$/, error: "must be an address like https://example.com" })
  .transform((url) => url.replace(/\/+$/, ""));
const whole = (least: number, most: number) =>
  z.coerce
    .number(`must be a whole number from ${least} to ${most}`)
    .pipe(z.int(`must be a whole number from ${least} to ${most}`).min(least).max(most));
const source = z.string().regex(/^[^\s=]{1,256}$/, "must be an event source");

const Flags = z.strictObject({
  stack: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, "must be the name of a stack")
    .default("runbooks"),
  region: z.string().min(1).optional(),
  api: address.optional(),
  team: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, _ and -")
    .default("verify"),
  "incident-source": source.default("oncall.incidents"),
  "workflow-source": source.default("oncall.workflows"),
  receiver: address.optional(),
  listen: whole(1, 65_535).optional(),
  wait: whole(1, 900).default(120),
  "endpoint-url": address.optional(),
});

export type Arguments = z.output<typeof Flags> & { token: string; approverTokens: string[] };

/** @throws StartError: one line that names the first thing that is wrong */
export function readArguments(argv: readonly string[], env: NodeJS.ProcessEnv): Arguments {
  const read = readInput(Flags, parseFlags(argv));
  if (!read.ok) {
    const [first] = read.issues;
    throw new StartError(`--${first?.pointer.slice(1)} ${first?.message}. See --help.`);
  }
  const given = read.data;
  const token = env["RUNBOOKS_TOKEN"] ?? "";
  if (token === "") {
    throw new StartError(
      "RUNBOOKS_TOKEN is missing: set it to an access token of a platform admin (`runbooks login` or docs/deploying.md, First users).",
    );
  }
  if ((given.receiver === undefined) !== (given.listen === undefined)) {
    throw new StartError(
      "--receiver and --listen are given together: the address that webhooks call, and the port of this machine that it leads to.",
    );
  }
  if (given["endpoint-url"] !== undefined && given.api === undefined) {
    throw new StartError(
      "--endpoint-url is for a local stack: give its --api too, the `api=` of the ready line.",
    );
  }
  const approverTokens = (env["RUNBOOKS_APPROVER_TOKENS"] ?? "").split(",").flatMap((t) => t.trim() || []);
  return { ...given, token, approverTokens };
}

function parseFlags(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, strict: true }).values;
  } catch (error) {
    throw new StartError(`${describe(error)}. See --help.`);
  }
}
