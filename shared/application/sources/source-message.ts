// Where the message of a source is in the event that brings it.
import { isObject, type JsonObject, type JsonValue } from "../../domain/json.ts";
import { wayOf } from "../../domain/sources/kinds.ts";
import { valueAt } from "../../domain/sources/places.ts";
import type { Source } from "../../domain/sources/source.ts";

/** Returns the message to translate: of a partner's event what its kind says, else what came. */
export function messageOf({ kind, eventSource }: Source, came: JsonValue): JsonValue {
  const { events } = wayOf(kind);
  if (eventSource === null || !events || !("partner" in events) || !isEvent(came)) return came;
  return valueAt(came, events.message) ?? null;
}

const isEvent = (value: JsonValue): value is JsonObject =>
  isObject(value) && Object.hasOwn(value, "detail-type");
