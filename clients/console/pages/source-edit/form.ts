// The fields of the form of a source, all of them as one types them.
import type { Arguments } from "../../../api-client/types.ts";
import { type Pair, readPairs, writePairs } from "../edit/pairs.ts";
import { type Problem, parseJson } from "../edit/problems.ts";
import { describeKind, type Kind, type Scheme } from "../source/kinds.ts";
import { otherSettings, type Source } from "../source/source.ts";

type Input = Arguments<"create-source">[0]["body"];
type Settings = Omit<Input, "kind" | "verification">;

export type Form = {
  name: string;
  kind: Kind;
  /** Whether the messages come over the event bus of a partner. */
  way: "http" | "events";
  eventSource: string;
  /** Whether one team has all incidents, or the message says which. */
  whose: "one" | "message";
  teamId: string;
  /** JSON Pointers, with blanks between them. */
  teamFrom: string;
  teams: readonly Pair[];
  priorities: readonly Pair[];
  priorityDefault: string;
  /** JSON; empty: none. */
  filter: string;
  mapping: string;
  /** Of the clock alone. */
  expression: string;
  timeZone: string;
  others: string;
  scheme: Scheme;
  /** Of a new source alone: others get a new secret by a question of its own. */
  secret: string;
};

export const EMPTY: Form = {
  ...{ name: "", kind: "pagerduty", way: "http", eventSource: "", whose: "one", teamId: "", teamFrom: "" },
  ...{ teams: [], priorities: [], priorityDefault: "", filter: "", mapping: "", others: "" },
  ...{ expression: "", timeZone: "UTC", scheme: "pagerduty", secret: "" },
};

const writeJson = (value: unknown) => (value === null ? "" : JSON.stringify(value, null, 2));

export function readForm(source: Source): Form {
  const { name, kind, eventSource, teamId, team, priority, filter, mapping, schedule, verification } = source;
  const others = otherSettings(source);
  return {
    ...{ name, kind, way: eventSource === null ? "http" : "events", eventSource: eventSource ?? "" },
    ...{ whose: team === null ? "one" : "message", teamId: teamId ?? "" },
    teamFrom: team?.from.join(" ") ?? "",
    teams: readPairs(team?.map ?? {}, String),
    priorities: readPairs(priority?.map ?? {}, String),
    priorityDefault: priority?.default ?? "",
    filter: writeJson(filter),
    mapping: writeJson(mapping),
    ...{ expression: schedule?.expression ?? "", timeZone: schedule?.timeZone ?? "UTC" },
    others: Object.keys(others).length === 0 ? "" : writeJson(others),
    ...{ scheme: verification?.scheme ?? "bearer", secret: "" },
  };
}

type Written = { settings: Settings; problems: Problem[] };

/** Returns the settings that the form says. What is no value, such as broken JSON, is a problem at its field. */
function writeForm(form: Form): Written {
  const filter = readJson(form.filter, "/filter");
  const mapping = readJson(form.mapping, "/mapping");
  const others = readJson(form.others, "/others");
  const settings = {
    ...(others.value as object | null),
    name: form.name,
    ...(form.whose === "one" ? { teamId: form.teamId.trim() || null, team: null } : writeTeams(form)),
    priority: writePriority(form),
    filter: filter.value as Settings["filter"],
    mapping: form.kind === "generic" ? (mapping.value as Settings["mapping"]) : null,
    eventSource: form.way === "events" ? form.eventSource.trim() : null,
    ...(isClock(form) && {
      schedule: { expression: form.expression.trim(), timeZone: form.timeZone.trim() },
    }),
  };
  return { settings, problems: [...filter.problems, ...mapping.problems, ...others.problems] };
}

function readJson(text: string, pointer: string): { value: unknown; problems: Problem[] } {
  return text.trim() === "" ? { value: null, problems: [] } : parseJson(text, pointer);
}

function writeTeams({ teamFrom, teams }: Form): Pick<Settings, "team" | "teamId"> {
  const from = teamFrom.split(/[\s,]+/).filter((pointer) => pointer !== "");
  return { teamId: null, team: { from, map: writePairs(teams, (text) => text.trim()) } };
}

function writePriority({ priorities, priorityDefault }: Form): Settings["priority"] {
  const map = writePairs(priorities, (text) => text.trim());
  const given = priorityDefault.trim();
  if (Object.keys(map).length === 0 && given === "") return null;
  return { map, ...(given !== "" && { default: given }) };
}

/** Whether it has a schedule, and no messages. */
export const isClock = ({ kind }: Pick<Form, "kind">): boolean => describeKind(kind).clock === true;

/** Whether its messages come over HTTP, and are signed. */
export const isSigned = ({ kind, way }: Pick<Form, "kind" | "way">): boolean =>
  way === "http" && describeKind(kind).schemes.length > 0;

export function writeSource(form: Form): { input: Input; problems: Problem[] } {
  const { settings, problems } = writeForm(form);
  const { kind, scheme, secret } = form;
  return { input: { ...settings, kind, verification: isSigned(form) ? { scheme, secret } : null }, problems };
}

/** Returns the settings that differ from those that the form began with: others may have changed the rest meanwhile. */
export function findChanges(form: Form, base: Form): { changes: Partial<Settings>; problems: Problem[] } {
  const [now, before] = [writeForm(form), writeForm(base)];
  const changed = Object.entries(now.settings).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(before.settings, field)),
  );
  return { changes: Object.fromEntries(changed), problems: now.problems };
}
