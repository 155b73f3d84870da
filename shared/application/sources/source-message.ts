// Where the message of a source is in the event that brings it.
import { isObject, type JsonObject, type JsonValue } from "../../domain/json.ts";
import { wayOf } from "../../domain/sources/kinds.ts";
import { valueAt } from "../../domain/sources/places.ts";
import type { Source } from "../../domain/sources/source.ts";
import { toTickMessage } from "../../domain/sources/tick.ts";

/** Returns the message to translate: of a partner's event what its kind says, of a tick what its source says too, else what came. */
export function messageOf(source: Source, came: JsonValue): JsonValue {
  const { kind, eventSource } = source;
  const { events, clock } = wayOf(kind);
  if (clock && isObject(came)) return toTickMessage(source, came);
  if (eventSource === null || !events || !("partner" in events) || !isEvent(came)) return came;
  return valueAt(came, events.message) ?? null;
}

const isEvent = (value: JsonValue): value is JsonObject =>
  isObject(value) && Object.hasOwn(value, "detail-type");
