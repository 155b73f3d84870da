// Prefixed, time-sortable ids (TypeID): the prefix names the kind, the suffix is a UUIDv7 in base 32.
import * as z from "zod";

const ID_PREFIXES = ["runbook", "execution", "automation", "audit", "freezewindow", "source"] as const;
type IdPrefix = (typeof ID_PREFIXES)[number];

const KINDS: Record<IdPrefix, string> = {
  runbook: "a runbook",
  execution: "an execution",
  automation: "an automation",
  audit: "an audit entry",
  freezewindow: "a freeze window",
  source: "a source",
};

const suffix = "[0-7][0-9a-hjkmnp-tv-z]{25}";

/** Returns a schema for ids of one kind. It refuses ids of other kinds. */
function idSchema(prefix: IdPrefix) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_${suffix}$`), `must be an id like ${prefix}_01h455vb4pex5vsknk084sn02q`)
    .describe(`Id of ${KINDS[prefix]}. Ids sort by the time of creation.`);
}

export const RunbookId = idSchema("runbook");
export const ExecutionId = idSchema("execution");
export const AutomationId = idSchema("automation");
export const AuditId = idSchema("audit");
export const FreezeWindowId = idSchema("freezewindow");
export const SourceId = idSchema("source");
/** How ids of sources begin, and those of their incidents. */
export const SOURCE_PREFIX = "source_";

/** Team ids come from other systems. The pattern excludes the delimiter of table keys. */
export const ExternalId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 characters of A-Z a-z 0-9 _ -");

/** `global` is reserved for filters and tags. */
export const TeamId = ExternalId.refine((id) => id !== "global", "global is no team: use null").describe(
  "Id of a team, as the identity provider names it in the groups of a token.",
);

export const IncidentId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -")
  .describe(
    "Id of an incident: as its incident system names it; of a source, the source's id, a colon and the system's id.",
  );

/** A team's id; null: global. */
export const TeamScope = TeamId.nullable();

/** EventBridge assigns event ids. */
export const EventId = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,128}$/, "must be 1 to 128 characters of A-Z a-z 0-9 _ . : -")
  .describe("Id of an event, as EventBridge gave it.");

/** ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. Sorts as text. */
export const Timestamp = z.iso
  .datetime({ precision: 3 })
  .describe("Time in ISO 8601, UTC, with milliseconds.");

/** Where fresh ids come from, and salts, which nobody can guess. */
export type IdSource = (what: IdPrefix | "salt") => string;
