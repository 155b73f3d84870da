// Reads the fields of one incident from a message: small forms are understood, all that is missing is named at once. Pure.
import type { Issue } from "../errors.ts";
import type { ReportedIncident } from "../incidents/incident.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { FieldReader } from "./field-reader.ts";
import { incidentIdOf, timeInId } from "./incident-key.ts";
import type { FieldPlaces, Kind } from "./kind.ts";
import { FROM_MESSAGE, findValue, type Part } from "./places.ts";
import type { RefusalReason, Translator } from "./translator.ts";

/**
 * `from`: field → pointer into the message; a field that no pointer filled is not in it. `guessed`: fields that the
 * message does not tell, with a value that stands in. `shared`: facts of the whole message, not of this item of it. `timed`: whether the message says since when the incident is so.
 */
export type TranslatedIncident = {
  incident: ReportedIncident;
  from: Record<string, string>;
  guessed: FillableField[];
  shared: string[];
  timed: boolean;
};
type Result =
  | { ok: true; translated: TranslatedIncident }
  | { ok: false; reason: RefusalReason; issues: Issue[] };

const LONGEST = { title: 500, status: 64, priority: 64, assignee: 256 } as const;
/** What stands where a system has no priority. */
const NO_PRIORITY = "none";

export function translateIncident(
  source: Translator,
  { fields, metadata }: Pick<Kind, "metadata"> & { fields: FieldPlaces },
  part: Part,
  receivedAt: string,
): Result {
  const reader = new FieldReader(part);
  const told = readFields(reader, fields);
  const team = readTeam(source, reader);
  const { issues, from, guessed } = reader;
  if (issues.length > 0 || team === null) {
    const onlyTeam = issues.every(({ pointer }) => pointer === reader.unknownTeamAt);
    return { ok: false, reason: onlyTeam ? "team_unknown" : "unmapped", issues };
  }
  const { parts, episode, title, priority, createdAt, updatedAt, acknowledgedAt, assignee } = told;
  const incident: ReportedIncident = {
    id: incidentIdOf(source.id, episode ? [...parts, timeInId(episode)] : parts),
    title: cut(title ?? parts.join(" "), LONGEST.title),
    status: cut(told.status, LONGEST.status),
    priority: cut(toPriority(source, priority), LONGEST.priority),
    teamId: team,
    createdAt: createdAt ?? updatedAt ?? receivedAt,
    ...(acknowledgedAt !== null && { acknowledgedAt }),
    ...(assignee !== null && { assignee: cut(assignee, LONGEST.assignee) }),
    metadata: readMetadata(metadata, part),
    updatedAt: updatedAt ?? receivedAt,
  };
  return {
    ok: true,
    translated: {
      incident,
      from,
      guessed: listGuessed(told, guessed),
      shared: listShared(metadata),
      timed: updatedAt !== null,
    },
  };
}

function readFields(reader: FieldReader, fields: FieldPlaces) {
  return {
    parts: fields.id.map((place) => reader.requireText("id", place) ?? ""),
    episode: fields.episode ? reader.requireTime("episode", fields.episode) : null,
    title: reader.text("title", fields.title),
    status: reader.requireText("status", fields.status) ?? "",
    priority: reader.text("priority", fields.priority),
    createdAt: reader.time("createdAt", fields.createdAt),
    updatedAt: reader.time("updatedAt", fields.updatedAt),
    acknowledgedAt: reader.time("acknowledgedAt", fields.acknowledgedAt),
    assignee: reader.text("assignee", fields.assignee),
  };
}

const FILLABLE = ["title", "status", "priority", "createdAt"] as const;
/** Fields of an incident that a message may leave out. What is known of the incident already then stays. */
type FillableField = (typeof FILLABLE)[number];

const listGuessed = (told: Record<FillableField, string | null>, guessed: ReadonlySet<string>) =>
  FILLABLE.filter((field) => told[field] === null || guessed.has(field));

const cut = (text: string, longest: number) =>
  text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;

function toPriority({ priority }: Translator, given: string | null): string {
  if (given === null) return priority?.default ?? NO_PRIORITY;
  const map = priority?.map ?? {};
  return (Object.hasOwn(map, given) ? map[given] : undefined) ?? given;
}

/** Returns null if the message names no team that the source knows; the reader then has the issue. */
function readTeam({ teamId, team }: Translator, reader: FieldReader): string | null {
  if (!team) return teamId;
  const named = reader.requireText("teamId", team.from);
  if (named === null) return null;
  const known = Object.hasOwn(team.map, named) ? team.map[named] : undefined;
  if (known !== undefined) return known;
  reader.refuseTeam();
  return null;
}

const listShared = (names: Kind["metadata"]) =>
  Object.keys(names).filter((name) =>
    names[name]?.every((place) => typeof place === "string" && place.startsWith(FROM_MESSAGE)),
  );

function readMetadata(names: Kind["metadata"], part: Part): JsonObject | null {
  const found = Object.entries(names).flatMap(([name, place]): [string, JsonValue][] => {
    const value = findValue(part, place);
    return value ? [[name, value.value]] : [];
  });
  return found.length === 0 ? null : Object.fromEntries(found);
}
