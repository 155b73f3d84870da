// How long the service keeps what nobody decides by, as environment variables.
import * as z from "zod";

/** Ten years. */
const MOST_DAYS = 3650;

const days = (least: number, usual: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/, `must be a whole number from ${least} to ${MOST_DAYS}`)
    .default(String(usual))
    .transform(Number)
    .refine(
      (given) => given >= least && given <= MOST_DAYS,
      `must be a whole number from ${least} to ${MOST_DAYS}`,
    );

/**
 * Events: a backtest asks for up to 31 days. What a promise rests on is no option: decisions and claims are kept for
 * longer than an event may be replayed, so that it never acts twice.
 */
export const RETENTION_VARIABLES = {
  INCIDENT_EVENT_DAYS: days(31, 90).describe(
    "For how many days events of incidents are kept, for tests and backtests of automations",
  ),
  REJECTION_DAYS: days(1, 90).describe("For how many days it is kept why an event was rejected"),
} as const;
