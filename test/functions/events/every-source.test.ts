// Every kind of source through its real way: a recorded message comes over HTTP or EventBridge, and a webhook is delivered.
import "../../support/quiet.ts";
import { ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asOfYesterday, EPISODES, readSample, SYSTEM_KINDS } from "../../support/source-samples.ts";
import { BOSS, REGION, type SourcesHost, startSourcesHost } from "../../support/sources-host.ts";

const LOCAL = { accessKeyId: "local", secretAccessKey: "local" };

/** The clock of the scheduler can be behind. */
let behindMs = 0;

let at: SourcesHost;
beforeAll(async () => {
  at = await startSourcesHost(() => new Date(Date.now() - behindMs));
});
afterAll(() => at.stop());

describe.each(SYSTEM_KINDS)("%s", (kind) => {
  it("its message becomes a delivered webhook; the same again does nothing; then the incident is over", async () => {
    const source = readSample(kind, "source");
    const sourceId = await at.create("/sources", source);
    const send = at.wayFor(kind, sourceId, source);
    const [begin, end] = EPISODES[kind].map((name) => asOfYesterday(readSample(kind, name)));
    const alerts = kind === "alertmanager" ? 2 : 1;
    await send(begin ?? "");
    await expect.poll(() => at.deliveredFor(sourceId).length).toBe(alerts);
    await send(begin ?? "");
    const [open] = await at.incidentsOf(sourceId);
    await send(end ?? "");
    const isOver = async () => {
      const incidents = await at.incidentsOf(sourceId);
      return incidents.some(({ id, status }) => id === deliveredId(sourceId) && status !== open?.status);
    };
    await expect.poll(isOver).toBe(true);
    expect(await at.incidentsOf(sourceId)).toHaveLength(alerts);
    expect(at.deliveredFor(sourceId)).toHaveLength(alerts);
  });
});

/** The incident of the first alert. */
function deliveredId(sourceId: string): string {
  const ids = at.deliveredFor(sourceId).map(({ body }) => String(Object(JSON.parse(body)).incident));
  return ids.find((id) => id.includes("b4f1c0a9e3d25d11")) ?? ids[0] ?? "";
}

describe("schedule", () => {
  it("what was missed over many ticks becomes one delivered webhook, and its incident needs no end", async () => {
    behindMs = 3 * 3_600_000;
    const schedule = { expression: "cron(* * * * ? *)", timeZone: "Europe/Berlin" };
    const sourceId = await at.create("/sources", { ...readSample("schedule", "source"), schedule });
    await expect.poll(() => schedulesOf(sourceId)).toHaveLength(1);
    behindMs = 0;
    await expect.poll(() => at.deliveredFor(sourceId).length).toBe(1);
    const [incident] = await at.incidentsOf(sourceId);
    expect(incident).toMatchObject({ title: "Rotate the logs", status: "due", priority: "P5" });
    expect(incident?.id).toMatch(/:\d{8}T\d{4}00000Z$/);
    await at.host.ask("DELETE", `/sources/${sourceId}`, { as: BOSS });
    await expect.poll(() => schedulesOf(sourceId)).toEqual([]);
  });
});

async function schedulesOf(sourceId: string) {
  const client = new SchedulerClient({ endpoint: at.host.aws, region: REGION, credentials: LOCAL });
  const { Schedules } = await client.send(new ListSchedulesCommand({ NamePrefix: sourceId }));
  client.destroy();
  return Schedules;
}
