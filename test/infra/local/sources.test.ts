// What comes over the buses of partners, what comes again, and what nobody may publish: sources on the whole local stack.
import "../../support/quiet.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";
import { runCommand } from "../../support/command.ts";
import { signedBy } from "../../support/signed-messages.ts";
import { asOfYesterday, readSample } from "../../support/source-samples.ts";
import { REGION, type SourcesHost, startSourcesHost } from "../../support/sources-host.ts";

const Taken = z.looseObject({ state: z.string(), incidents: z.int() });

let at: SourcesHost;
beforeAll(async () => {
  at = await startSourcesHost();
});
afterAll(() => at.stop());

/** `npm run -s emit`, which ends when the event has been acted on: the next one comes after it. */
async function emit(body: string, ...words: string[]) {
  const file = join(at.host.dataDir, "event.json");
  writeFileSync(file, body);
  const env = { ...process.env, AWS_PORT: new URL(at.host.aws).port, AWS_REGION: REGION };
  return runCommand("local/emit", [...words, file], { env });
}
const emitAsAws = async (body: string) =>
  expect(await emit(body, "--as-aws")).toMatchObject({ code: 0, stderr: "" });

it("a partner's event bus is a way too, with the events that the partner sends there", async () => {
  const { verification: _none, ...source } = readSample("pagerduty", "source");
  const eventSource = "aws.partner/pagerduty.com/acme-runbooks";
  const sourceId = await at.create("/sources", { ...source, eventSource });
  const sent = (name: string) => asOfYesterday(readSample("pagerduty", name));
  await emitAsAws(sent("event-trigger").replace("acme-runbooks", "acme-others"));
  for (const name of ["event-trigger", "event-trigger", "event-acknowledge", "event-resolve"])
    await emitAsAws(sent(name));
  await expect.poll(async () => (await at.incidentsOf(sourceId))[0]?.status).toBe("resolved");
  expect(at.deliveredFor(sourceId)).toHaveLength(1);
  expect(await at.incidentsOf(sourceId)).toHaveLength(1);
});

it("what comes again over HTTP is said to be a repetition", async () => {
  const source = readSample("opsgenie", "source");
  const sourceId = await at.create("/sources", { ...source, name: "Opsgenie again" });
  const { secret } = source["verification"] as { secret: string };
  const body = asOfYesterday(readSample("opsgenie", "create"));
  const send = () =>
    at.host.ask("POST", `/intake/${sourceId}`, {
      body,
      headers: { "content-type": "application/json", ...signedBy("bearer", secret, body) },
    });
  const states = [await send(), await send()].map((answer) => Taken.parse(answer.body).state);
  expect(states).toEqual(["accepted", "repeated"]);
});

it("nobody publishes in the name of AWS, or of a source, by PutEvents", async () => {
  const sourceId = await at.create("/sources", { ...readSample("opsgenie", "source"), name: "Forged" });
  const incident = {
    id: `${sourceId}:1`,
    title: "x",
    status: "open",
    priority: "P1",
    teamId: "payments",
    createdAt: new Date().toISOString(),
  };
  const forged = [
    { source: "aws.health", "detail-type": "AWS Health Event", detail: {} },
    { source: sourceId, "detail-type": "Incident Created", detail: { incident } },
    { source: "oncall.incidents", "detail-type": "Incident Created", detail: { incident } },
  ];
  for (const event of forged) {
    expect((await emit(JSON.stringify(event))).code).toBe(1);
  }
  expect(await at.incidentsOf(sourceId)).toEqual([]);
});
