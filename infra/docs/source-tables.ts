// Tables of docs/sources.md: the kinds of sources, how their systems sign, and where an incident is in their messages.
import type { Kind, Place } from "../../shared/domain/sources/kind.ts";
import { KIND_NAMES, KINDS, type KindName, wayOf } from "../../shared/domain/sources/kinds.ts";
import { SCHEME_NAMES, SCHEMES } from "../../shared/domain/sources/schemes.ts";
import { code, table } from "./markdown.ts";

export function kindTable(): string {
  const rows = KIND_NAMES.map((name) => {
    const { system, document } = wayOf(name);
    return [code(name), `[${system}](${document})`, describeWay(name)];
  });
  return table(["kind", "system", "its messages come"], rows);
}

function describeWay(name: KindName): string {
  const { events, http, clock } = wayOf(name);
  if (clock) return "from EventBridge Scheduler, whenever its schedule is due";
  const overHttp = http ? [`over HTTP, signed: ${http.map(code).join(", ")}`] : [];
  if (!events) return overHttp.join("");
  const overEvents =
    "partner" in events
      ? `over a partner event bus (${code(`${events.partner}…`)})`
      : `over the default event bus: ${code(events.source)}, ${events.detailTypes.map(code).join(", ")}`;
  return [...overHttp, overEvents].join("; or ");
}

export const schemeTable = () =>
  table(
    ["scheme", "what is checked"],
    SCHEME_NAMES.map((name) => [code(name), SCHEMES[name].summary]),
  );

const FIELDS = ["id", "episode", "title", "status", "priority", "createdAt", "updatedAt"] as const;

/** Where the fields of an incident are in the messages of each kind that knows its own. */
export function fieldTable(): string {
  const rows = KIND_NAMES.flatMap((name) => {
    const kind: object = KINDS[name];
    return isKind(kind) ? [[code(name), ...FIELDS.map((field) => describeField(kind, field))]] : [];
  });
  return table(["kind", ...FIELDS.map(code)], rows);
}

const isKind = (kind: object): kind is Kind => "fields" in kind;

function describeField(kind: Kind, field: (typeof FIELDS)[number]): string {
  if (field === "id") return kind.fields.id.map(describePlace).join(" + ") || "–";
  const ofCases = kind.cases.flatMap((one) => one.fields?.[field] ?? []);
  const place = kind.fields[field] ?? ofCases;
  return place.length === 0 ? "–" : describePlace(place);
}

const describePlace = (place: Place) =>
  [...new Set(place.map((one) => (typeof one === "string" ? code(one) : `"${Object.values(one)}"`)))].join(
    " or ",
  );
