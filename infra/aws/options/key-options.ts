// The deployment options of keys and of how long things are kept, and which of them contradict each other.

import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type * as z from "zod";
import type { Issue } from "./check.ts";
import { arnOf, count, flag } from "./option-types.ts";

/** The days that CloudWatch Logs takes. */
const LOG_DAYS = Object.values(RetentionDays).filter((days) => typeof days === "number" && days < 9999);

export const KEY_OPTIONS = {
  customerKeys: flag.default(false),
  customerKeyArn: arnOf("kms", "key/[\\w-]+", "a key (…:key/…), not of an alias").optional(),
  multiRegionKey: flag.default(false),
  logDays: count(1, 3653)
    .refine(
      (days) => LOG_DAYS.includes(days),
      `must be one of ${LOG_DAYS.join(", ")}, the days that CloudWatch has`,
    )
    .default(RetentionDays.THREE_MONTHS),
};
type KeyOptions = z.output<z.ZodObject<typeof KEY_OPTIONS>>;

/** Returns what is wrong with these options together: option → message. */
export function findKeyIssues({ customerKeys, customerKeyArn }: KeyOptions): Issue[] {
  if (!customerKeys || customerKeyArn === undefined) return [];
  return [["customerKeyArn", "names a key, and customerKeys makes one: give one of them"]];
}

/** Whether data is encrypted with a key that the customer controls. */
export const hasCustomerKey = ({ customerKeys, customerKeyArn }: KeyOptions) =>
  customerKeys || customerKeyArn !== undefined;
