// What is left of each kind of item after an erasure: the same item without the data, or null: nothing.
import * as z from "zod";
import { AUDIT_PREFIX, CONTROLS_AUDIT, KEY_ATTRIBUTES, KEYS } from "../contract/table.ts";
import { AuditEntry } from "../domain/audit.ts";
import { erasePerson, type Person } from "../domain/erase-person.ts";
import { mapTexts, markText } from "../domain/erasure.ts";
import { BreakGlass } from "../domain/executions/break-glass.ts";
import { CallbackResult } from "../domain/executions/callback.ts";
import { Attempt, ExecutionError } from "../domain/executions/execution.ts";
import { FreezeWindow } from "../domain/freeze/freeze-window.ts";
import { Incident } from "../domain/incidents/incident.ts";
import type { JsonObject } from "../domain/json.ts";
import { KillSwitchAuditEntry } from "../domain/kill-switches.ts";
import { eraseParts } from "../domain/seals.ts";
import { jsonText } from "./codecs.ts";
import { type Item, withoutKeys } from "./read.ts";

/** What stands in place of the data, and since when. */
export type Mark = { mark: string; at: string };

export function withoutPerson(item: Item, person: Person): Item {
  if (isAudit(item)) return eraseEntry(item, (part) => erasePerson(part, person));
  if (item["sk"] !== KEYS.freezeWindows().sk) return erasePerson(item, person);
  return mapJson(item, "windows", z.array(FreezeWindow), (windows) =>
    windows.map((window) => eraseMaker(window, person)),
  );
}

/** The words of a window stay: starts check their digest. */
const eraseMaker = (window: FreezeWindow, { subject, mark }: Person): FreezeWindow =>
  window.createdBy === subject ? { ...window, createdBy: mark, createdByName: null } : window;

const isAudit = ({ pk }: Item) => String(pk).startsWith(AUDIT_PREFIX);

/** An entry that cannot be read stays as it is: the audit's verification names it. */
function eraseEntry(item: Item, replace: (part: JsonObject) => JsonObject): Item {
  const keys = Object.fromEntries(Object.entries(item).filter(([name]) => KEY_ATTRIBUTES.has(name)));
  const schema = item["pk"] === CONTROLS_AUDIT ? KillSwitchAuditEntry : AuditEntry;
  const entry = schema.safeParse(withoutKeys(item)).data;
  return entry ? { ...keys, ...eraseParts(entry, replace) } : item;
}

/** Words about a run, in its audit: what its receiver, its people and its incident gave. */
const WORDS: ReadonlySet<string> = new Set(["message", "reason", "note"]);

/** Of any item of a run, in whichever partition. */
export function withoutRunContent(item: Item, as: Mark): Item | null {
  if (isAudit(item)) {
    const replace = (text: string, key: string) => (WORDS.has(key) ? markText(text, as.mark) : text);
    return eraseEntry(item, (part) => mapTexts(part, replace) as JsonObject);
  }
  const [kind = ""] = String(item["sk"]).split("#");
  const isOwn = String(item["pk"]).startsWith("execution#");
  return (isOwn && OF_RUN[kind]?.(item, as)) || null;
}

/** By the first part of the sort key. What is not here goes: the request, searchable parameters, what is masked. */
const OF_RUN: Readonly<Record<string, (item: Item, as: Mark) => Item>> = {
  execution: ({ searchable: _searchable, concurrency: _slot, ...item }, { mark, at }) => ({
    ...item,
    error: markError(ExecutionError.nullable().parse(item["error"]), mark),
    ...("breakGlass" in item && { breakGlass: markBreakGlass(BreakGlass.parse(item["breakGlass"]), mark) }),
    erasedAt: item["erasedAt"] ?? at,
  }),
  input: (item) => ({ ...item, parameters: "{}", secrets: {}, incident: "null" }),
  attempt: (item, { mark }) =>
    mapJson(item, "attempt", Attempt, ({ answer, error, ...attempt }) => ({
      ...attempt,
      answer: answer && { ...answer, headers: {}, responseBody: "", responseSha256: null },
      error: markError(error, mark),
    })),
  callback: ({ resultProof: _proof, ...item }, { mark }) =>
    mapJson(item, "result", CallbackResult, ({ message, ...result }) => ({
      ...result,
      message: message && markText(message, mark),
      output: null,
    })),
  note: (item, { mark }) => ({ ...item, message: markText(String(item["message"]), mark) }),
  "break-glass": (item) => item,
};

const markError = (error: ExecutionError | null, mark: string) =>
  error && { ...error, message: markText(error.message, mark) };
const markBreakGlass = ({ reason, note, ...given }: BreakGlass, mark: string): BreakGlass => ({
  ...given,
  reason: markText(reason, mark),
  note: note && markText(note, mark),
});

const ERASED_ON = "Erased on ";

/** Of an incident's item. */
export const withoutIncidentContent = (item: Item, { mark, at }: Mark): Item =>
  mapJson(item, "incident", Incident, (incident) => ({
    ...incident,
    ...{
      title: incident.title.startsWith(ERASED_ON)
        ? incident.title
        : `${ERASED_ON}${at.slice(0, 10)} (${mark})`,
      assignee: null,
      metadata: null,
    },
  }));

/** Changes what an attribute holds as JSON text, if the item has it. */
function mapJson<T>(item: Item, name: string, schema: z.ZodType<T>, change: (value: T) => T): Item {
  if (item[name] === undefined) return item;
  const before = jsonText.pipe(schema).parse(item[name]);
  const after = change(before);
  // Text that says the same is left: members may stand in another order.
  return JSON.stringify(after) === JSON.stringify(before) ? item : { ...item, [name]: JSON.stringify(after) };
}
