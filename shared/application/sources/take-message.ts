// Takes a verified message of the intake: says what becomes of it, and queues it. The same message again does nothing.
import { INTAKE, MAX_SOURCE_MESSAGE_BYTES, SOURCE_MESSAGES } from "../../contract/events.ts";
import { digestOf } from "../../domain/digest.ts";
import { ServiceError } from "../../domain/errors.ts";
import { readText } from "../../domain/incidents/small-forms.ts";
import type { JsonValue } from "../../domain/json.ts";
import { isTaken } from "../../domain/sources/filter.ts";
import type { Kind } from "../../domain/sources/kind.ts";
import { wayOf } from "../../domain/sources/kinds.ts";
import { findValue } from "../../domain/sources/places.ts";
import type { Source } from "../../domain/sources/source.ts";
import { type TakenMessage, toTakenMessage } from "../../domain/sources/taken-message.ts";
import { translate } from "../../domain/sources/translate.ts";
import { sendMessage } from "../../queues/send-messages.ts";
import { isClaimed, saveClaim } from "../../store/claims.ts";

/** How long a message is known, in seconds. Longer than any system sends one again. */
const KNOWN_SECONDS = 7 * 24 * 3600;

type Came = { message: JsonValue; headers: Readonly<Record<string, string | undefined>>; now: Date };

export async function takeMessage(source: Source, { message, headers, now }: Came): Promise<TakenMessage> {
  if (!source.enabled) return toTakenMessage("disabled");
  if (!isTaken(source, message)) return toTakenMessage("ignored");
  const id = deliveryIdOf(source, message, headers);
  const claim = ["source-message", source.id, id];
  if (await isClaimed(claim, now)) return toTakenMessage("repeated");
  const time = now.toISOString();
  const { items, omitted } = translate(source, message, time);
  if (items.every(({ outcome }) => outcome === "ignored")) return toTakenMessage("ignored", items, omitted);
  await queueMessage({ id, time, intake: { sourceId: source.id, message } });
  // Only when it is queued: a message that is lost before is sent again, and one that is queued twice is known by what
  // it reports.
  await saveClaim(claim, KNOWN_SECONDS, now);
  return toTakenMessage("accepted", items, omitted);
}

async function queueMessage(message: object): Promise<void> {
  const { source, detailType } = INTAKE;
  const body = JSON.stringify({ version: "0", source, "detail-type": detailType, ...message });
  // Written anew, a message can become longer than it came: numbers like 1e20 do.
  if (Buffer.byteLength(body) > MAX_SOURCE_MESSAGE_BYTES) {
    const text = "The message is too long when its numbers are written out: send fewer items in one message.";
    throw new ServiceError("payload_too_large", text);
  }
  await sendMessage(SOURCE_MESSAGES, "EVENT_QUEUES", body);
}

/** The system's own id of the delivery; without one, equal messages are the same. */
function deliveryIdOf(source: Source, message: JsonValue, headers: Came["headers"]): string {
  const { header, place } = placeOfId(source);
  const named = place ? readText(findValue({ message, item: message, at: "" }, place)?.value) : null;
  const sent = named ?? (header === undefined ? null : headers[header]) ?? null;
  return digestOf("source-delivery/1", sent === null ? { message } : { sent });
}

function placeOfId({ kind, mapping }: Source): NonNullable<Kind["deliveryId"]> {
  const named = mapping?.deliveryId;
  return { ...wayOf(kind).deliveryId, ...(named && { place: named }) };
}
