// The same delivery again does nothing, for every kind: known by the system's own id where it sends one, or by its content.
import "../../support/quiet.ts";
import { beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { wayOf } from "../../../shared/domain/sources/kinds.ts";
import type { SchemeName } from "../../../shared/domain/sources/schemes.ts";
import { listRejections } from "../../../shared/store/rejections.ts";
import { ask } from "../../support/api.ts";
import { deadLettersOf, deliver, type EventsHost, startEvents } from "../../support/events.ts";
import { fresh, idOf } from "../../support/library.ts";
import { signedBy } from "../../support/signed-messages.ts";
import { handOn, takeQueued } from "../../support/source-queues.ts";
import {
  asOfYesterday,
  EPISODES,
  readSample,
  SYSTEM_KINDS,
  type SystemKind,
} from "../../support/source-samples.ts";
import { firing, SIGNED_BY_BEARER, SOURCE_SECRET } from "../../support/sources.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents();
  return host.stop;
});

const messageOf = (kind: SystemKind): JsonObject =>
  JSON.parse(asOfYesterday(readSample(kind, EPISODES[kind][0])));
const create = async (kind: SystemKind) =>
  idOf(await ask("create-source", { body: { ...readSample(kind, "source"), name: fresh(kind) } }));

/** Sends a message as the system signs it; the signature names the delivery where its scheme does. */
async function send(kind: SystemKind, sourceId: string, message: JsonObject): Promise<string> {
  const { scheme, secret } = readSample(kind, "source")["verification"] as {
    scheme: SchemeName;
    secret: string;
  };
  const raw = JSON.stringify(message);
  const headers = signedBy(scheme, secret, raw, new Date(), "msg_1");
  const { body } = await ask("take-message", { params: { sourceId }, as: null, raw, headers });
  return String(Object(body).state);
}

describe.each(SYSTEM_KINDS.filter((kind) => wayOf(kind).http))("%s over HTTP", (kind) => {
  it("the same message again is a repetition, and one event", async () => {
    const sourceId = await create(kind);
    expect([
      await send(kind, sourceId, messageOf(kind)),
      await send(kind, sourceId, messageOf(kind)),
    ]).toEqual(["accepted", "repeated"]);
    const events = await handOn(host);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });
});

const NAMED = SYSTEM_KINDS.filter((kind) => wayOf(kind).http && wayOf(kind).deliveryId);

it.each(NAMED)("%s: a delivery is known by the system's own id, whatever else it says", async (kind) => {
  const sourceId = await create(kind);
  const states = [await send(kind, sourceId, messageOf(kind))];
  states.push(await send(kind, sourceId, { ...messageOf(kind), added: "later" }));
  expect(states).toEqual(["accepted", "repeated"]);
  takeQueued(host, "source-messages");
});

describe.each(SYSTEM_KINDS.filter((kind) => !wayOf(kind).http))("%s over EventBridge", (kind) => {
  it("the same event again makes the same report", async () => {
    await create(kind);
    const event = messageOf(kind);
    await deliver("on-source-message", [event]);
    const first = await handOn(host);
    await deliver("on-source-message", [event]);
    const again = await handOn(host);
    expect(first.length).toBeGreaterThan(0);
    expect(again.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
  });
});

it("a mapping that points nowhere: the message is kept, and the rejection names source and pointer", async () => {
  const mapping = { id: "/nowhere", title: "/a", status: "/alerts/0/status" };
  const verification = { scheme: "bearer", secret: SOURCE_SECRET };
  const body = { name: fresh("x"), kind: "generic", teamId: "payments", mapping, verification };
  const sourceId = idOf(await ask("create-source", { body }));
  const asked = { params: { sourceId }, as: null, body: firing(), headers: SIGNED_BY_BEARER };
  expect((await ask("take-message", asked)).body).toMatchObject({ state: "accepted", refused: 1 });
  expect(await handOn(host)).toEqual([]);
  expect(deadLettersOf(host, "source-messages")).toHaveLength(1);
  const { items } = await listRejections({ limit: 5 }, { sourceId });
  expect(items).toMatchObject([
    {
      reason: "unmapped",
      sourceId,
      kind: "generic",
      message: expect.stringContaining("nowhere is required"),
    },
  ]);
});
