// Translates a message of a source into incidents, pointer by pointer. Pure: the same message gives the same answer.
import type { Issue } from "../errors.ts";
import type { JsonValue } from "../json.ts";
import { caseOf } from "./cases.ts";
import { type TranslatedIncident, translateIncident } from "./incident-fields.ts";
import type { Kind, Report } from "./kind.ts";
import { KINDS } from "./kinds.ts";
import { toKind } from "./mapping.ts";
import { type Part, valueAt } from "./places.ts";
import type { RefusalReason, Translator } from "./translator.ts";

/** More items than a message of 256 KiB holds of any system that is known. */
export const MAX_ITEMS = 1000;

/**
 * What one item of a message became. `at`: the pointer to the item; empty: the whole message. `ongoing`: it is an update
 * if the incident is known already.
 */
export type Translated =
  | ({ outcome: "incident"; at: string; report: Report; ongoing: boolean } & TranslatedIncident)
  | { outcome: "ignored"; at: string; message: string }
  | { outcome: "refused"; at: string; reason: RefusalReason; issues: Issue[] };

/** `omitted`: how many items the system itself has left out. */
export type Translation = { items: Translated[]; omitted: number };

/** `receivedAt`: since when an incident is as a message tells, if the message does not say. */
export function translate(source: Translator, message: JsonValue, receivedAt: string): Translation {
  const kind = rowOf(source);
  const parts = splitMessage(kind, message);
  if ("outcome" in parts) return { items: [parts], omitted: 0 };
  const left = kind.omitted === undefined ? 0 : Number(valueAt(message, kind.omitted) ?? 0);
  return {
    items: parts.map((part) => translatePart(source, kind, part, receivedAt)),
    omitted: Number.isInteger(left) && left > 0 ? left : 0,
  };
}

type Row = Pick<Kind, "items" | "omitted" | "fields" | "metadata" | "cases" | "otherwise">;

function rowOf({ kind, mapping }: Translator): Row {
  const known = KINDS[kind];
  if ("fields" in known) return known;
  if (!mapping) throw new Error("A generic source has no mapping");
  return toKind(mapping);
}

function splitMessage({ items }: Row, message: JsonValue): Part[] | Translated {
  if (items === undefined) return [{ message, item: message, at: "" }];
  const found = valueAt(message, items);
  if (!Array.isArray(found)) {
    const issue = { pointer: items, message: "must be a list of alerts", code: "wrong_type" as const };
    return { outcome: "refused", at: "", reason: "unmapped", issues: [issue] };
  }
  if (found.length > MAX_ITEMS) {
    const issue = {
      pointer: items,
      message: `has ${found.length} items; at most ${MAX_ITEMS} are read`,
      code: "out_of_range" as const,
    };
    return { outcome: "refused", at: "", reason: "too_many", issues: [issue] };
  }
  return found.map((item, index) => ({ message, item, at: `${items}/${index}` }));
}

function translatePart(source: Translator, row: Row, part: Part, receivedAt: string): Translated {
  const { at } = part;
  const found = caseOf(row, part);
  if (found.report === null) return { outcome: "ignored", at, message: found.why };
  const fields = { ...row.fields, ...("fields" in found && found.fields) };
  const read = translateIncident(source, { fields, metadata: row.metadata }, part, receivedAt);
  const { report } = found;
  const ongoing = "ongoing" in found && found.ongoing === true;
  if (read.ok) return { outcome: "incident", at, report, ongoing, ...read.translated };
  return { outcome: "refused", at, reason: read.reason, issues: read.issues };
}
