// What is set for the whole service or a team: sources of each form, a freeze window, a pause, the reconciler's place.
import { EmittedEvent } from "../../../infra/local/emit/event.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { takeNextActiveIds } from "../../../shared/store/active-executions.ts";
import { asOfYesterday, readSample } from "../../support/source-samples.ts";
import { createApproved, OF_SEARCH, type Stage } from "./stage.ts";

/** A source of the clock. Its schedule is due for the first time when the clock is right again: after `days`. */
export async function leaveSchedule({ session, hasHeard }: Stage, days: number): Promise<string> {
  const schedule = { expression: `rate(${days} days)`, timeZone: "Europe/Berlin" };
  const body = { ...readSample("schedule", "source"), schedule };
  const id = await session.create("/sources", { as: "boss", body });
  await session.poll(`/sources/${id}`, () => hasHeard("events/set-schedules", id), "boss");
  return id;
}

/** One on AWS' bus, and one that signs its messages. `schedule`: is due, too. */
export async function leaveSources({ session, publishAsAws }: Stage, schedule: string): Promise<void> {
  const { kind = "", name = "" } = readSample("cloudwatch_alarm", "source");
  const team = { from: "/detail/alarmTags/team", map: { payments: "payments" } };
  const aws = await session.create("/sources", { as: "boss", body: { kind, name, team } });
  const alarm = asOfYesterday(readSample("cloudwatch_alarm", "alarm"));
  await publishAsAws(EmittedEvent.parse(JSON.parse(alarm)));
  for (const source of [aws, schedule]) {
    await session.poll("/incidents", ({ body }) => JSON.stringify(body).includes(source), "boss");
  }
  await session.create("/sources", { as: "boss", body: readSample("generic", "source") });
}

/** Of another team than the runs that are under way. A run has broken the
 * glass. Returns the runbook. */
export async function leaveControls(stage: Stage): Promise<string> {
  const { session } = stage;
  const asBoss = (body: JsonObject) => ({ as: "boss", body }) as const;
  await session.create("/freeze-windows", asBoss(WINDOW));
  await session.send("PUT", "/controls", asBoss({ scope: "search", paused: true, reason: "It moves" }));
  const runbookId = await createApproved(stage, { ...OF_SEARCH, webhookUrl: stage.receiver.address });
  const breakGlass = { reason: "Nothing is found any more" };
  const id = await session.create(
    `/runbooks/${runbookId}/executions`,
    asBoss({ parameters: {}, breakGlass }),
  );
  await session.poll(`/executions/${id}`, ({ body }) => JSON.stringify(body).includes('"SUCCESS"'), "boss");
  // One for each shard: the next pass goes on after these.
  await takeNextActiveIds(1);
  return runbookId;
}

const WINDOW = {
  ...{
    name: "Leap day",
    scope: "search",
    kind: "allow",
    manual: "refuse",
    reason: "Nobody knows what it does",
  },
  ...{ schedule: "0 0 29 2 *", durationMinutes: 60, timeZone: "Europe/Berlin" },
};
