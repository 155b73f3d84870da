// The deployment options of keys and of how long things are kept, and which of them contradict each other.

import { RetentionDays } from "aws-cdk-lib/aws-logs";
import * as z from "zod";
import { count, flag } from "./option-types.ts";

/** The days that CloudWatch Logs takes. */
const LOG_DAYS = Object.values(RetentionDays).filter((days) => typeof days === "number" && days < 9999);

export const KEY_OPTIONS = {
  customerKeys: flag.default(false),
  customerKeyArn: z
    .string()
    .regex(/^arn:[^:]+:kms:[^:]+:\d{12}:key\/[\w-]+$/, "must be the ARN of a key (…:key/…), not of an alias")
    .optional(),
  multiRegionKey: flag.default(false),
  logDays: count(1, 3653)
    .refine((days) => LOG_DAYS.includes(days), `must be one of ${LOG_DAYS.join(", ")}`)
    .default(RetentionDays.THREE_MONTHS),
};
type KeyOptions = z.output<z.ZodObject<typeof KEY_OPTIONS>>;

/** Returns what is wrong with these options together: option → message. */
export function findKeyIssues({
  customerKeys,
  customerKeyArn,
}: KeyOptions): [option: string, message: string][] {
  if (!customerKeys || customerKeyArn === undefined) return [];
  return [["customerKeyArn", "names a key, and customerKeys makes one: give one of them"]];
}

/** Whether data is encrypted with a key that the customer controls. */
export const hasCustomerKey = ({ customerKeys, customerKeyArn }: KeyOptions) =>
  customerKeys || customerKeyArn !== undefined;
