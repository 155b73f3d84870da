// What the service did leaves as events: all of it, in order, at least once, and never a secret.
import { randomUUID } from "node:crypto";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { ANNOUNCEMENTS, SECRET_ROTATED } from "../../../shared/domain/announcement.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { ask } from "../../support/api.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../support/dynamodb.ts";
import {
  approvedRunbook,
  automation,
  deliver,
  type EventsHost,
  incidentEvent,
  invoke,
  publishedOn,
  startEvents,
  storedRuns,
} from "../../support/events.ts";
import { streamRecords } from "../../support/stream.ts";

let host: EventsHost;
let streams: DynamoDBStreamsClient;
beforeAll(async () => {
  host = await startEvents({}, { stream: true });
  const { endpoint } = host.table;
  streams = new DynamoDBStreamsClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
});
afterAll(async () => {
  streams.destroy();
  await host.stop();
});

const Answer = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });
async function publish(records: readonly object[]) {
  const answer = await invoke("events/publish-events", { Records: records }, { timeoutSeconds: 60 });
  return Answer.parse(answer).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

const SECRET = "sk_live_Zz9-secret-value";

/** A runbook's whole life, with a run and an automation. */
async function liveALife(): Promise<{ runbookId: string; runId: string }> {
  const team = `team-${randomUUID()}`;
  const runbookId = await approvedRunbook(team, { webhookAuth: { type: "bearer", token: SECRET } });
  const { id } = await automation(runbookId);
  await deliver("on-incident", [incidentEvent({ teamId: team })]);
  const run = (await storedRuns(host.table)).find(({ trigger }) => trigger.automationId === id);
  const executionId = run?.id ?? "";
  await ask("cancel-execution", { params: { executionId } });
  await deliver("on-incident", [incidentEvent({ teamId: team, incidentId: run?.incidentId ?? "" })]);
  const body = { description: "Another description" };
  await ask("update-runbook", { params: { runbookId }, body });
  await ask("rollback-runbook", { params: { runbookId }, body: { toVersion: 1 } });
  await ask("approve-runbook", { params: { runbookId }, body: { version: 4 } });
  await ask("deprecate-runbook", { params: { runbookId }, body: {} });
  await ask("delete-runbook", { params: { runbookId } });
  return { runbookId, runId: executionId };
}

describe("a change", () => {
  it("is announced, in the order of each thing, with an id that identifies a repetition, and without secrets", async () => {
    const { runbookId, runId } = await liveALife();
    const records = await streamRecords(streams, host.table.streamArn);
    expect(await publish(records)).toEqual([]);
    const events = publishedOn(host).filter((event) => detailOf(event)["runbookId"] === runbookId);
    const typesOf = (about: (detail: JsonObject) => boolean) =>
      events.filter((event) => about(detailOf(event))).map((event) => event["detail-type"]);
    expect(typesOf((d) => !d["executionId"] && !d["automationId"])).toEqual([
      "Runbook Created",
      "Runbook Approved",
      "Runbook Updated",
      "Runbook Rolled Back",
      "Runbook Approved",
      "Runbook Deprecated",
      "Runbook Deleted",
    ]);
    expect(typesOf((d) => d["executionId"] === runId && !d["eventId"])).toEqual([
      "Runbook Execution Cancelled",
    ]);
    expect(typesOf((d) => d["eventId"] !== undefined)).toEqual(["Automation Fired", "Automation Skipped"]);
    expect(events.every((event) => event["source"] === "runbooks")).toBe(true);
    expect(new Set(events.map((event) => detailOf(event)["auditId"])).size).toBe(events.length);
    expect(JSON.stringify(events)).not.toContain(SECRET);
  });

  it("of a source is announced, and a new secret beside the change that it is, without the secret", async () => {
    const team = `team-${randomUUID()}`;
    const verification = { scheme: "bearer", secret: SECRET };
    const body = { name: "Alertmanager", kind: "alertmanager", teamId: team, verification };
    const sourceId = String(Object((await ask("create-source", { body })).body).id);
    const params = { sourceId };
    await ask("update-source", { params, body: { name: "Other", verification: { ...verification } } });
    await ask("delete-source", { params });
    await publish(await streamRecords(streams, host.table.streamArn));
    const events = publishedOn(host).filter((event) => detailOf(event)["sourceId"] === sourceId);
    expect(events.map((event) => [event["detail-type"], detailOf(event)["fields"]])).toEqual([
      ["Source Created", undefined],
      ["Source Updated", ["name", "verification"]],
      ["Source Secret Rotated", ["name", "verification"]],
      ["Source Deleted", undefined],
    ]);
    expect(detailOf(events[2] ?? {})).toMatchObject({
      ...{ sourceName: "Other", kind: "alertmanager", version: 2, teamId: team, enabled: true },
      actor: "user-platform-admin",
    });
    expect(new Set(events.map((event) => detailOf(event)["announcementId"])).size).toBe(events.length);
    expect(JSON.stringify(events)).not.toContain(SECRET);
  });

  it("of an execution names team, runbook, starter and automation, with a link where there is a console", async () => {
    const { runId } = await liveALife();
    process.env["CONSOLE_URL"] = "https://eu-central-1.console.aws.amazon.com";
    await publish(await streamRecords(streams, host.table.streamArn));
    delete process.env["CONSOLE_URL"];
    const run = (await storedRuns(host.table)).find(({ id }) => id === runId);
    const events = publishedOn(host);
    const cancelled = events.find((event) => detailOf(event)["executionId"] === runId && isEnd(event));
    const { automationId } = run?.trigger ?? {};
    expect(cancelled && detailOf(cancelled)).toMatchObject({
      ...{ teamId: run?.ranForTeamId, runbookId: run?.runbookId, runbookName: "Restart a service" },
      ...{ executedBy: `automation:${automationId}`, triggeredBy: "workflow", automationId, attempts: 0 },
      ...{ actorName: null, incidentId: run?.incidentId, link: consoleUrlOf(runId) },
    });
    expect(events.filter((event) => detailOf(event)["executionId"] === runId && isEnd(event))).toHaveLength(
      1,
    );
  });

  it("is announced again, word for word, when the stream delivers it again", async () => {
    const records = await streamRecords(streams, host.table.streamArn);
    await publish(records);
    const first = publishedOn(host);
    await publish(records);
    expect(publishedOn(host).map(detailOf)).toEqual(first.map(detailOf));
    expect(first.length).toBeGreaterThan(5);
  });

  it("has a form that its schema accepts, for every kind", async () => {
    const records = await streamRecords(streams, host.table.streamArn);
    await publish(records);
    const kinds = new Map(
      [...Object.values(ANNOUNCEMENTS), SECRET_ROTATED].map((kind) => [kind.detailType, kind.detail]),
    );
    for (const event of publishedOn(host)) {
      const schema = kinds.get(String(event["detail-type"]));
      expect(schema?.strict().safeParse(event["detail"]).error?.issues).toEqual(undefined);
    }
  });

  it("waits in the stream from the first event on that the bus does not take", async () => {
    const records = await streamRecords(streams, host.table.streamArn);
    const bus = process.env["EVENT_BUS_NAME"];
    process.env["EVENT_BUS_NAME"] = "no-such-bus";
    try {
      const failed = await publish(records);
      expect(failed).toHaveLength(1);
      const at = records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === failed[0]);
      expect(await publish(records.slice(0, at))).toEqual([]);
    } finally {
      if (bus === undefined) delete process.env["EVENT_BUS_NAME"];
      else process.env["EVENT_BUS_NAME"] = bus;
    }
    expect(publishedOn(host)).toEqual([]);
  });

  it("that cannot be read stops the stream there, after everything before it was announced", async () => {
    const records = await streamRecords(streams, host.table.streamArn);
    const audit = records.findIndex(({ dynamodb }) => dynamodb?.NewImage?.["sk"]?.S?.startsWith("audit#"));
    const broken = structuredClone(records[audit]) ?? {};
    const image = { ...broken.dynamodb?.NewImage, action: { S: "no.such.action" } };
    const at = { ...broken, dynamodb: { ...broken.dynamodb, NewImage: image, SequenceNumber: "broken" } };
    expect(await publish([...records.slice(0, audit + 1), at, ...records])).toEqual(["broken"]);
    expect(publishedOn(host)).toHaveLength(1);
  });
});

const isEnd = (event: JsonObject) => /Succeeded|Failed|Cancelled/.test(String(event["detail-type"]));

function consoleUrlOf(id: string): string {
  const [arn, region] = [
    `${process.env["STATE_MACHINE_ARN"]?.replace(":stateMachine:", ":execution:")}:${id}`,
    LOCAL_REGION,
  ];
  const page = `states/home?region=${region}#/v2/executions/details/${encodeURIComponent(arn)}`;
  return `https://eu-central-1.console.aws.amazon.com/${page}`;
}

const detailOf = (event: JsonObject) => event["detail"] as JsonObject;
