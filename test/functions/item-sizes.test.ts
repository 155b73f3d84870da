// What a run writes stays below 1 KB with long names, too: above it each write in a transaction costs twice as much.
import "../support/quiet.ts";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GROUPS_CLAIM } from "../../infra/local/oidc/identity.ts";
import { ask } from "../support/api.ts";
import { approve, automationOf, idOf, incidentEvent, incidentIn } from "../support/library.ts";
import { meter } from "../support/meter.ts";
import * as act from "../support/pairs/actors.ts";
import { bytesOf } from "../support/write-units.ts";

const KB = 1024;
const TEAM = "payments-and-invoice";
const NAME = "Restart the checkout of the shop in Milan";
const INCIDENT = "INC-2026-03-01-00042";
const EMAIL = "maria.antonietta.di.bernardo@example.com";
/** With the stack's own pool a `sub` is a UUID, and the e-mail is the name that is shown. */
const claims = {
  sub: "9f0c2d5e-7a41-4f0e-9b68-3d1c5a7e2b90",
  [GROUPS_CLAIM]: ["platform-admin"],
  email: EMAIL,
};
const LONG = {
  ...{ teamId: TEAM, name: NAME },
  retryPolicy: { maxAttempts: 2, initialDelaySeconds: 1 },
  concurrency: { limit: 3, key: "service", onLimit: "queue" },
};
const AUTOMATION_NAME = "Restart the checkout at priority P1 or P2";

let world: Awaited<ReturnType<typeof act.enterWorld>>;
beforeAll(async () => {
  world = await act.enterWorld({ RATE_LIMIT_STARTS_PER_MINUTE: "60" });
});
afterAll(() => world.leave());

let runbookId: string;
beforeEach(async () => {
  world.renew();
  act.answerWith(200);
  runbookId = await act.draft(LONG);
  await approve(runbookId, 1);
});

async function startLong(): Promise<string> {
  const incidentId = await incidentIn(TEAM, INCIDENT);
  return idOf(await ask("start-execution", { claims, params: { runbookId }, body: { incidentId } }));
}

async function startedByAutomation(): Promise<string> {
  await ask("create-automation", { body: { ...automationOf(runbookId), name: AUTOMATION_NAME } });
  await act.onQueue("on-incident", incidentEvent(TEAM, INCIDENT));
  const [run] = await act.runsOf(runbookId);
  return run?.id ?? "";
}

const cancel = (executionId: string) =>
  ask("cancel-execution", {
    claims,
    params: { executionId },
    body: { reason: "The wrong cluster was meant" },
  });

async function fail(executionId: string): Promise<void> {
  act.answerWith(500);
  await act.carryOut(executionId);
}

/** `<partition's kind> · <sort key's kind>` of each item above 1 KB. Versions hold the definition, and are read by key. */
async function tooLarge(): Promise<string[]> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: process.env["TABLE_NAME"] }));
  documents.destroy();
  return Items.filter(({ pk }) => !String(pk).startsWith("version#"))
    .filter((item) => bytesOf(item) > KB)
    .map((item) => `${item["pk"]} ${item["sk"]}: ${bytesOf(item)}`);
}

describe("no item of a run is above 1 KB", () => {
  const RUNS: Record<
    string,
    { start: () => Promise<string>; end: (id: string) => Promise<unknown>; as: string }
  > = {
    "that succeeds": { start: startLong, end: act.carryOut, as: "SUCCESS" },
    "that fails": { start: startLong, end: fail, as: "FAILED" },
    "that is cancelled": { start: startLong, end: cancel, as: "CANCELLED" },
    "that an automation starts, and that succeeds": {
      start: startedByAutomation,
      end: act.carryOut,
      as: "SUCCESS",
    },
    "that an automation starts, and that fails": { start: startedByAutomation, end: fail, as: "FAILED" },
  };

  it.each(Object.entries(RUNS))("%s", async (_, { start, end, as }) => {
    const id = await start();
    await end(id);
    expect((await act.executionOf(id)).status).toBe(as);
    expect(await tooLarge()).toEqual([]);
  });
});

it("a run with long names takes as many write units as one with short names", async () => {
  const shortId = await act.approved(LONG, "a");
  await act.update(shortId, { name: "R" });
  await approve(shortId, 3);
  const unitsOf = async (run: () => Promise<unknown>) => (await meter(run)).writeUnits;
  const short = await unitsOf(async () => act.carryOut(idOf(await act.start(shortId))));
  await incidentIn(TEAM, INCIDENT);
  const body = { incidentId: INCIDENT };
  const long = await unitsOf(async () =>
    act.carryOut(idOf(await ask("start-execution", { claims, params: { runbookId }, body }))),
  );
  expect([NAME, AUTOMATION_NAME, EMAIL].map(({ length }) => length >= 40)).toEqual([true, true, true]);
  expect(long).toBe(short);
});
