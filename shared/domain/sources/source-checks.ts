// What a source needs besides the form of its fields: what its kind asks for. Names all that is wrong at once. Pure.
import type { Issue } from "../errors.ts";
import { checkEventPattern } from "../event-pattern/check.ts";
import { wayOf } from "./kinds.ts";
import { findScheduleIssues } from "./schedule-checks.ts";
import type { SchemeName } from "./schemes.ts";
import type { SourceInput } from "./source.ts";

/** The settings that are checked. `verification`: of a source that has one, at least its scheme. */
export type CheckedSource = Omit<SourceInput, "verification"> & {
  verification: { scheme: SchemeName; secret?: string } | null;
};

export function checkSource(source: CheckedSource): Issue[] {
  return [
    ...checkTeam(source),
    ...checkMapping(source),
    ...checkWay(source),
    ...checkVerification(source),
    ...checkFilter(source),
    ...checkSchedule(source),
  ];
}

/** Whether its messages come over EventBridge, where every source sees the events of the whole account. */
export const comesByEvents = ({ kind, eventSource }: Pick<SourceInput, "kind" | "eventSource">): boolean => {
  const { http, clock } = wayOf(kind);
  return (http === undefined && !clock) || eventSource !== null;
};

/**
 * Whose a source is: the team of its incidents; null, so that only platform admins manage it, if it reports for several
 * teams or reads events of the account.
 */
export function ownerOf(
  source: Pick<SourceInput, "kind" | "eventSource" | "teamId" | "team">,
): string | null {
  return source.team || comesByEvents(source) ? null : source.teamId;
}

function checkTeam({ kind, teamId, team }: CheckedSource): Issue[] {
  if (wayOf(kind).clock) {
    if (team !== null) return [onlyNull("/team", kind, "a clock names no team: set teamId")];
    if (teamId === null)
      return [
        { pointer: "/teamId", message: "is required: whose incidents the clock makes", code: "required" },
      ];
    return [];
  }
  if ((teamId === null) !== (team === null)) return [];
  const message =
    "a source has either teamId, the team of all its incidents, or team, which says it for each";
  return [{ pointer: "/teamId", message: `is wrong: ${message}` }];
}

function checkMapping({ kind, mapping }: CheckedSource): Issue[] {
  if (kind === "generic" && mapping === null)
    return [{ pointer: "/mapping", message: "is required for the kind generic", code: "required" }];
  if (kind !== "generic" && mapping !== null)
    return [{ pointer: "/mapping", message: `is only for the kind generic: ${kind} knows its own` }];
  return [];
}

function checkWay({ kind, eventSource, verification }: CheckedSource): Issue[] {
  const { events, http } = wayOf(kind);
  const partner = events && "partner" in events ? events.partner : null;
  if (eventSource !== null && !(partner !== null && eventSource.startsWith(partner))) {
    const wanted = partner === null ? "must be null: the kind has its own" : `must begin with ${partner}`;
    return [{ pointer: "/eventSource", message: wanted }];
  }
  if (http && eventSource === null && verification === null)
    return [{ pointer: "/verification", message: "is required: messages come over HTTP", code: "required" }];
  if ((!http || eventSource !== null) && verification !== null)
    return [{ pointer: "/verification", message: "must be null: nothing comes over HTTP" }];
  return [];
}

/** Of a Standard Webhooks secret: the bytes of its key. */
const KEY_BYTES = { least: 16, most: 64 } as const;

function checkVerification({ kind, verification }: CheckedSource): Issue[] {
  const schemes = wayOf(kind).http;
  if (!verification || !schemes) return [];
  const { scheme, secret } = verification;
  if (!schemes.includes(scheme))
    return [{ pointer: "/verification/scheme", message: `must be one of: ${schemes.join(", ")}` }];
  if (secret === undefined) return [];
  const wrong = SECRET_FORMS[scheme]?.(secret) ?? null;
  return wrong === null ? [] : [{ pointer: "/verification/secret", message: wrong }];
}

const SECRET_FORMS: Partial<Record<SchemeName, (secret: string) => string | null>> = {
  standard_webhooks: (secret) => {
    const [, key = ""] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
    const { length } = Buffer.from(key, "base64");
    const fits = length >= KEY_BYTES.least && length <= KEY_BYTES.most;
    return fits ? null : "must be whsec_ and a key in base64";
  },
  basic: (secret) => (/^[^:]+:.+$/.test(secret) ? null : "must be user:password"),
};

/** Over EventBridge the pattern is over the event; over HTTP over the message, whose fields have any name. */
function checkFilter(source: CheckedSource): Issue[] {
  const { filter, kind } = source;
  if (filter === null) return [];
  if (wayOf(kind).clock) return [onlyNull("/filter", kind, "the schedule says when it reports")];
  const byEvents = comesByEvents(source);
  return checkEventPattern(byEvents ? filter : { detail: filter }).map((issue) => ({
    ...issue,
    pointer: `/filter${byEvents ? issue.pointer : issue.pointer.replace(/^\/detail/, "")}`,
    code: "invalid_pattern",
  }));
}

const onlyNull = (pointer: string, kind: string, why: string): Issue => ({
  pointer,
  message: `must be null for the kind ${kind}: ${why}`,
});

function checkSchedule({ kind, schedule }: CheckedSource): Issue[] {
  if (!wayOf(kind).clock) {
    if (schedule === null) return [];
    return [{ pointer: "/schedule", message: `is only for the kind schedule: ${kind} reports by itself` }];
  }
  if (schedule === null)
    return [{ pointer: "/schedule", message: `is required for the kind ${kind}`, code: "required" }];
  return findScheduleIssues(schedule);
}
