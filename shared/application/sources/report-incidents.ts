// Reads a message of a source, and reports its incidents: each as an event in the queue of incidents.
import { INTAKE, TICK } from "../../contract/events.ts";
import { describeIssues } from "../../contract/read-input.ts";
import type { QueueDelivery } from "../../domain/context.ts";
import { type Refusal, RejectedEvent } from "../../domain/incidents/rejection.ts";
import type { JsonValue } from "../../domain/json.ts";
import { isTaken } from "../../domain/sources/filter.ts";
import { AWS_EVENT_SOURCES, PARTNER_KINDS } from "../../domain/sources/kinds.ts";
import type { Source } from "../../domain/sources/source.ts";
import type { SourceMessage } from "../../domain/sources/source-message.ts";
import { judgeTick, OLDEST_TICK_HOURS, type Tick } from "../../domain/sources/tick.ts";
import { type Translation, translate } from "../../domain/sources/translate.ts";
import { logger } from "../../logging/logger.ts";
import { countRefused } from "../../logging/refused-messages.ts";
import { sendMessages } from "../../queues/send-messages.ts";
import { getSource, listSourcesOfKind } from "../../store/sources.ts";
import { toKnownEvent } from "./known-incident.ts";
import { messageOf } from "./source-message.ts";

const INCIDENTS_QUEUE = "incidents";
const MAX_DESCRIBED = 10;

/**
 * Reports what every source that takes the message makes of it. The same again makes the same events. @throws
 * RejectedEvent if a part could not be read; the others are reported all the same.
 */
export async function reportIncidents(
  event: SourceMessage,
  delivery: Pick<QueueDelivery, "raw" | "sentAt" | "now">,
): Promise<void> {
  const { sources, came, time } = await findSources(event, delivery);
  const read = sources
    .filter((source) => source.enabled && isTaken(source, came))
    .map((source) => ({ source, ...translate(source, messageOf(source, came), time) }));
  if (read.length === 0) logger.info("No source takes the message", { source: event.source });
  for (const one of read) await reportOne(one, time);
  const refusals = read.flatMap(toRefusal);
  for (const { kind, reason } of refusals) countRefused(kind, reason);
  if (refusals.length > 0) throw toRejection(refusals);
}

/** `time`: when it came. */
type Came = { sources: Source[]; came: JsonValue; time: string };

/** The intake and the clock name the source; an event of AWS or a partner is for every source that reads such. */
async function findSources(
  event: SourceMessage,
  { raw, sentAt, now }: Pick<QueueDelivery, "raw" | "sentAt" | "now">,
): Promise<Came> {
  const { time } = event;
  if (event.tick && event.source === TICK.source)
    return { ...(await findDueSource(event.tick, time, now)), time: sentAt.toISOString() };
  if (event.intake && event.source === INTAKE.source) {
    const source = await getSource(event.intake.sourceId);
    if (source) return { sources: [source], came: event.intake.message, time };
    countRefused("unknown", "source_unknown");
    throw new RejectedEvent("source_unknown", "The source of the message was deleted meanwhile.");
  }
  const kinds = AWS_EVENT_SOURCES.filter(({ source }) => source === event.source).map(({ kind }) => kind);
  const ofAws = await Promise.all(kinds.map(listSourcesOfKind));
  const ofPartners = kinds.length > 0 ? [] : await Promise.all(PARTNER_KINDS.map(listSourcesOfKind));
  const named = ofPartners.flat().filter(({ eventSource }) => eventSource === event.source);
  return { sources: [...ofAws.flat(), ...named], came: raw, time };
}

/** The source, unless its tick is not reported. @throws RejectedEvent if nobody but an operator can say what to do. */
async function findDueSource(tick: Tick, scheduledTime: string, now: Date): Promise<Omit<Came, "time">> {
  const source = await getSource(tick.sourceId);
  const state = judgeTick(source, tick, new Date(scheduledTime), now);
  if (state === "too_old") {
    const text = `The tick was due more than ${OLDEST_TICK_HOURS} hours ago: start by hand what is still wanted.`;
    throw new RejectedEvent("too_old", text);
  }
  if (source && state === "due") return { sources: [source], came: { scheduledTime } };
  logger.info("A tick is not reported", { sourceId: tick.sourceId, scheduledTime, reason: state });
  return { sources: [], came: null };
}

async function reportOne({ source, items, omitted }: Translation & { source: Source }, time: string) {
  const incidents = items.flatMap((item) => (item.outcome === "incident" ? [item] : []));
  const events = await Promise.all(incidents.map((item) => toKnownEvent(source, item, time)));
  await sendMessages(
    INCIDENTS_QUEUE,
    events.map((event) => JSON.stringify(event)),
  );
  const facts = { sourceId: source.id, incidents: incidents.length, items: items.length, omitted };
  if (omitted > 0) logger.warn("The system has left out alerts", facts);
  else logger.info("A source reported", facts);
}

type Read = Translation & { source: Source };

/** Why a source cannot read the message. Names the pointers, and quotes nothing of the message. */
function toRefusal({ source, items }: Read): Refusal[] {
  const refused = items.filter((item) => item.outcome === "refused");
  if (refused[0] === undefined) return [];
  const problems = describeIssues(
    refused.flatMap(({ issues }) => issues),
    "the message",
    MAX_DESCRIBED,
  );
  const count = refused.length === 1 ? "1 item" : `${refused.length} items`;
  const message = `${count} of the message could not be read: ${problems}.`;
  return [{ sourceId: source.id, kind: source.kind, reason: refused[0].reason, message }];
}

function toRejection(refusals: readonly Refusal[]): RejectedEvent {
  const [{ reason, message } = NO_REFUSAL] = refusals;
  return new RejectedEvent(reason, message, undefined, refusals);
}

const NO_REFUSAL = { reason: "unmapped", message: "The message could not be read." } as const;
