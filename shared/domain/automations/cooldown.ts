// The cooldown of an automation: for how long it does not fire again, over what, and from when that counts. Pure.
import * as z from "zod";

export const Cooldown = z
  .strictObject({
    seconds: z
      .int()
      .min(1)
      .max(7 * 24 * 3600)
      .describe("How long, in seconds; at most a week."),
    key: z
      .string()
      .min(1)
      .max(500)
      .nullable()
      .default(null)
      .describe(
        "Template as in `parameters`, such as `{{incident.metadata.service}}`: each of its values has a cooldown of its own. null: one cooldown for all events.",
      ),
    from: z
      .enum(["start", "end"])
      .default("start")
      .describe(
        "`start`: it counts from the start of an execution. `end`: the execution is active, whatever its length, and then for `seconds` after its end.",
      ),
  })
  .describe("After an execution, the automation starts no other for a while.");
export type Cooldown = z.output<typeof Cooldown>;

/** The last time that it fired. `run`: its execution; null in shadow mode. */
type LastFiring = { firedAt: string; run: { completedAt: string | null } | null };

/** Returns why the automation does not fire yet, or null if it may. The settings as they are now decide. */
export function findCooling({ seconds, from }: Cooldown, last: LastFiring, now: Date): string | null {
  if (from === "start" || last.run === null) {
    return isWithin(last.firedAt, seconds, now)
      ? `The automation has fired within the last ${seconds} seconds.`
      : null;
  }
  const { completedAt } = last.run;
  if (completedAt === null) return "The last execution of the automation is still active.";
  return isWithin(completedAt, seconds, now)
    ? `The last execution of the automation ended within the last ${seconds} seconds.`
    : null;
}

const isWithin = (since: string, seconds: number, now: Date) =>
  now.getTime() < Date.parse(since) + seconds * 1000;
