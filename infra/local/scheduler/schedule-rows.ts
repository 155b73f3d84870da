// The stored schedules: what was asked for, and the time after which the next one is due. In the state, so that they
// survive a restart.
import * as z from "zod";
import type { State } from "../platform/state.ts";

/** Whole seconds since 1970. AWS takes fractions, and drops them. */
const Seconds = z.number().min(0).max(4_102_444_800).transform(Math.floor);
const Arn = z.string().startsWith("arn:").max(1600);

/** What a schedule is, in AWS's names. What is not here is refused by name. */
export const Definition = z.strictObject(
  {
    ScheduleExpression: z.string().min(1).max(256),
    ScheduleExpressionTimezone: z.string().min(1).max(50).default("UTC"),
    FlexibleTimeWindow: z.strictObject({ Mode: z.literal("OFF") }),
    State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
    StartDate: Seconds.optional(),
    EndDate: Seconds.optional(),
    Description: z.string().max(512).optional(),
    ActionAfterCompletion: z.literal("NONE").default("NONE"),
    Target: z.strictObject({
      Arn,
      RoleArn: Arn,
      Input: z.string().min(1).max(256_000).default("{}"),
      RetryPolicy: z
        .strictObject({
          MaximumEventAgeInSeconds: z.int().min(60).max(86_400).default(86_400),
          MaximumRetryAttempts: z.int().min(0).max(185).default(185),
        })
        .default({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 }),
      DeadLetterConfig: z.strictObject({ Arn: Arn.optional() }).optional(),
    }),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? "is not supported by the local stack; see docs/local-host.md"
        : undefined,
  },
);
export type Definition = z.output<typeof Definition>;

const Row = z.object({
  grp: z.string(),
  name: z.string(),
  definition: z
    .string()
    .transform((text) => JSON.parse(text))
    .pipe(Definition),
  token: z.string().nullable(),
  createdAt: z.number(),
  changedAt: z.number(),
  /** In milliseconds: all that was due until then is sent. */
  after: z.number(),
});
/** One schedule, with times in milliseconds. `after`: what was due until then is sent. `token`: of its creation. */
export type ScheduleRow = z.output<typeof Row>;

export type ScheduleRows = ReturnType<typeof openScheduleRows>;

export function openScheduleRows(state: State) {
  state.exec(`CREATE TABLE IF NOT EXISTS schedules (grp TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL,
    token TEXT, createdAt INTEGER NOT NULL, changedAt INTEGER NOT NULL, after INTEGER NOT NULL,
    PRIMARY KEY (grp, name)) WITHOUT ROWID;`);
  const select = state.prepare("SELECT * FROM schedules WHERE grp = ? AND name = ?");
  const all = state.prepare("SELECT * FROM schedules ORDER BY grp, name");
  const replace = state.prepare("INSERT OR REPLACE INTO schedules VALUES (?, ?, ?, ?, ?, ?, ?)");
  const advance = state.prepare("UPDATE schedules SET after = ? WHERE grp = ? AND name = ?");
  const erase = state.prepare("DELETE FROM schedules WHERE grp = ? AND name = ?");
  return {
    find: (group: string, name: string): ScheduleRow | undefined => {
      const row = select.get(group, name);
      return row === undefined ? undefined : Row.parse(row);
    },
    all: (): ScheduleRow[] => all.all().map((row) => Row.parse(row)),
    put: ({ grp, name, definition, token, createdAt, changedAt, after }: ScheduleRow): void =>
      void replace.run(grp, name, JSON.stringify(definition), token, createdAt, changedAt, after),
    advance: ({ grp, name }: ScheduleRow, after: number): void => void advance.run(after, grp, name),
    remove: (group: string, name: string): boolean => erase.run(group, name).changes > 0,
  };
}
