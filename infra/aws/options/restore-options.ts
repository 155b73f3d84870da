// The deployment options of a restored table and of backups, and which of them contradict each other.
import * as z from "zod";
import type { Issue } from "./check.ts";
import { arnOf, list } from "./option-types.ts";

/** Days that AWS Backup may keep a recovery point: 100 years. */
const LONGEST_DAYS = 36_500;

/** How often the plan makes a recovery point: each of these is a rule of it. */
const FREQUENCIES = ["daily", "weekly", "monthly"] as const;
export type Frequency = (typeof FREQUENCIES)[number];
const RULE = new RegExp(`^(${FREQUENCIES.join("|")})=([1-9]\\d{0,4})$`);

/** Frequency → days that its recovery points are kept. */
const BackupPlan = list
  .pipe(
    z
      .array(
        z
          .string()
          .refine(
            (rule) => Number(RULE.exec(rule)?.[2] ?? LONGEST_DAYS + 1) <= LONGEST_DAYS,
            `must be like daily=35,weekly=90,monthly=400: days that backups are kept, 1 to ${LONGEST_DAYS}`,
          ),
      )
      .min(1, "must name at least one of daily, weekly and monthly"),
  )
  .transform((rules) => rules.map((rule) => rule.split("=") as [Frequency, string]))
  .refine(
    (rules) => new Set(rules.map(([frequency]) => frequency)).size === rules.length,
    "names a frequency twice",
  )
  .transform((rules) => rules.map(([frequency, days]) => ({ frequency, keptDays: Number(days) })));

export const RESTORE_OPTIONS = {
  tableStreamArn: arnOf(
    "dynamodb",
    "table/[\\w.-]{3,255}/stream/[\\w:.-]+",
    "a table's stream, as `npm run -s prepare-table` prints it",
  ).optional(),
  backupPlan: BackupPlan.optional(),
  backupVault: z
    .string()
    .regex(/^[\w-]{2,50}$/, "must be the name of a backup vault of this account and Region")
    .optional(),
  backupRoleArn: arnOf("iam", "role/[\\w+=,.@/-]+", "a role", { region: "" }).optional(),
};
type RestoreOptions = z.output<z.ZodObject<typeof RESTORE_OPTIONS>>;

/** Returns what is wrong with these options together: option → message. */
export function findRestoreIssues(given: RestoreOptions): Issue[] {
  if (given.backupPlan) return [];
  const astray = (["backupVault", "backupRoleArn"] as const).filter((name) => given[name] !== undefined);
  return astray.map((name) => [name, "is for backups: give backupPlan too, or leave it out"]);
}
