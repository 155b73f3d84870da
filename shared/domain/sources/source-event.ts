// The event that a source's incident becomes: what automations match, and what makes a repetition known. Pure.
import { digestOf } from "../digest.ts";
import type { JsonObject } from "../json.ts";
import type { Source } from "./source.ts";
import type { Translated } from "./translate.ts";

type IncidentItem = Extract<Translated, { outcome: "incident" }>;

/**
 * The id follows from what is reported, so the same twice is one event, in however many messages it comes. `time`: when
 * the message came.
 */
export function toIncidentEvent(
  { id, name, kind }: Pick<Source, "id" | "name" | "kind">,
  { report, incident, guessed, timed }: IncidentItem,
  time: string,
): JsonObject {
  const { updatedAt, createdAt, ...state } = incident;
  const times = {
    updatedAt: timed ? updatedAt : null,
    createdAt: guessed.includes("createdAt") ? null : createdAt,
  };
  return {
    version: "0",
    id: digestOf("source-event/1", [id, report, state, times]),
    "detail-type": `Incident ${report}`,
    source: id,
    time,
    resources: [],
    detail: { incident: JSON.parse(JSON.stringify(incident)), source: { id, name, kind } },
  };
}
