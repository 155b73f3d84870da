// Supported queue attributes, as text like in SQS.

import * as z from "zod";
import { describeIssues, readInput } from "../../../shared/contract/read-input.ts";
import { AwsError } from "../platform/errors.ts";

const whole = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .default(fallback);

const Redrive = z.strictObject({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().pipe(z.int().min(1).max(1000)),
});

/** Seconds, except the last two. */
const Attributes = z.strictObject({
  VisibilityTimeout: whole(0, 43_200, 30),
  DelaySeconds: whole(0, 900, 0),
  ReceiveMessageWaitTimeSeconds: whole(0, 20, 0),
  MessageRetentionPeriod: whole(60, 1_209_600, 345_600),
  RedrivePolicy: z
    .string()
    .transform((text, context) => {
      try {
        return Redrive.parse(JSON.parse(text));
      } catch {
        context.addIssue("must be JSON with deadLetterTargetArn and maxReceiveCount");
        return z.NEVER;
      }
    })
    .optional(),
  /** Stored and returned only. The local stack does not enforce permissions. */
  Policy: z.string().optional(),
});

/** The given attributes. Others have SQS's defaults. */
export type AttributesInput = Readonly<Record<string, string>>;
export type QueueSettings = z.output<typeof Attributes>;

export function parseSettings(input: AttributesInput): QueueSettings {
  const read = readInput(Attributes, input);
  if (read.ok) return read.data;
  const unknown = read.issues
    .filter(({ code }) => code === "unknown_field")
    .map((issue) => issue.pointer.slice(1));
  if (unknown.length > 0) {
    const text = `${unknown.join(", ")} is not supported by the local stack; see docs/local-host.md`;
    throw new AwsError("com.amazonaws.sqs#InvalidAttributeName", text);
  }
  const text = `Invalid value for a parameter: ${describeIssues(read.issues, "the parameters")}`;
  throw new AwsError("com.amazonaws.sqs#InvalidAttributeValue", text);
}

export function toAttributes({ RedrivePolicy, Policy, ...numbers }: QueueSettings): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])),
    ...(RedrivePolicy ? { RedrivePolicy: JSON.stringify(RedrivePolicy) } : {}),
    ...(Policy === undefined ? {} : { Policy }),
  };
}
