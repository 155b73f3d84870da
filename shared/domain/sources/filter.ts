// Whether a source's filter takes a message. Pure.
import { matchWithinLimit } from "../event-pattern/match.ts";
import { isObject, type JsonObject, type JsonValue } from "../json.ts";
import type { Source } from "./source.ts";
import { comesByEvents } from "./source-checks.ts";

/** A pattern that would cost too much takes the message: it is read rather than lost. */
export function isTaken(
  source: Pick<Source, "kind" | "eventSource" | "filter">,
  message: JsonValue,
): boolean {
  const { filter } = source;
  if (filter === null) return true;
  if (!comesByEvents(source))
    return matchWithinLimit({ detail: filter }, { detail: message }).outcome !== "not_matched";
  return isObject(message) && matchWithinLimit(filter, message as JsonObject).outcome !== "not_matched";
}
