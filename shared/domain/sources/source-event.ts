// The event that a source's incident becomes: what automations match, and what makes a repetition known. Pure.
import { digestOf } from "../digest.ts";
import type { JsonObject } from "../json.ts";
import type { Source } from "./source.ts";
import type { Translated } from "./translate.ts";

type IncidentItem = Extract<Translated, { outcome: "incident" }>;

/**
 * The id follows from what the message says, so the same twice is one event, in however many messages it comes, and
 * whatever is known of the incident by then. `time`: when the message came. `as`: what it says with what is known.
 */
export function toIncidentEvent(
  { id, name, kind }: Pick<Source, "id" | "name" | "kind">,
  { report, incident, guessed, shared, timed }: IncidentItem,
  time: string,
  as: Pick<IncidentItem, "report" | "incident"> = { report, incident },
): JsonObject {
  const { updatedAt, createdAt, metadata, ...fields } = incident;
  const facts = Object.entries(metadata ?? {}).filter(([name]) => !shared.includes(name));
  const state = { ...fields, metadata: Object.fromEntries(facts) };
  const times = {
    updatedAt: timed ? updatedAt : null,
    createdAt: guessed.includes("createdAt") ? null : createdAt,
  };
  return {
    version: "0",
    id: digestOf("source-event/1", [id, report, state, times]),
    "detail-type": `Incident ${as.report}`,
    source: id,
    time,
    resources: [],
    detail: { incident: JSON.parse(JSON.stringify(as.incident)), source: { id, name, kind } },
  };
}
