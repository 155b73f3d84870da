// Decides what is to be made, changed and deleted, so that the service holds what the files say. Pure.
import { changedFields, type Difference, differencesIn, masksIn } from "./differences.ts";
import { type Entry, worded } from "./entries.ts";
import { type JsonObject, type JsonValue, valueAt } from "./json.ts";
import { ALL_KINDS, rowOf, scopeName, type Target } from "./kinds.ts";
import type { Match } from "./match.ts";
import { findReference, type Reference } from "./references.ts";
import type { Stored } from "./service.ts";
import type { Problem } from "./source.ts";

export type Step =
  | { action: "create"; entry: Entry; reference: Reference | null; waits: boolean }
  | { action: "update"; entry: Entry; target: Target; body: JsonObject; differences: Difference[] }
  | { action: "delete"; stored: Stored };

/** `steps` in an order that works. `unapproved`: runbooks that wait for approval as they are. */
export type Plan = { steps: Step[]; unchanged: number; unapproved: Stored[] };

type Situation = { matches: readonly Match[]; stored: readonly Stored[]; prune: boolean };

/** `stored`: all of the scopes of the files, those that a file means with their definitions. */
export function makePlan({ matches, stored, prune }: Situation): { plan: Plan; problems: Problem[] } {
  const decided = matches.map((match) => decide(match, matches, stored));
  const problems = decided.flatMap((each) => each.problems);
  const steps = decided.flatMap(({ step }) => (step ? [step] : []));
  const kept = new Set(matches.flatMap((match) => (match.stored ? [match.stored.id] : [])));
  const deletions = prune ? stored.filter(({ id }) => !kept.has(id)) : [];
  const changed = new Set(steps.flatMap((step) => (step.action === "update" ? [step.target.id] : [])));
  return {
    plan: {
      steps: [
        ...ALL_KINDS.flatMap((kind) =>
          steps.filter((step) => step.action !== "delete" && step.entry.kind === kind),
        ),
        ...[...ALL_KINDS]
          .reverse()
          .flatMap((kind) => deletions.filter((each) => each.kind === kind))
          .map((each) => ({ action: "delete" as const, stored: each })),
      ],
      unchanged: decided.filter(({ step, problems: wrong }) => !step && wrong.length === 0).length,
      unapproved: matches.flatMap((match) =>
        match.stored?.approvalStatus === "DRAFT" && !changed.has(match.stored.id) ? [match.stored] : [],
      ),
    },
    problems,
  };
}

type Decision = { step: Step | null; problems: Problem[] };

function decide({ entry, stored }: Match, all: readonly Match[], known: readonly Stored[]): Decision {
  const found = findReference(entry, all, known);
  if (found && "line" in found) return { step: null, problems: [found] };
  const problems = [...findFixed(entry, stored, found), ...findMissingSecrets(entry, stored)];
  if (problems.length > 0) return { step: null, problems };
  if (!stored)
    return { step: { action: "create", entry, reference: found, waits: waitsFor(found, all) }, problems };
  const before = stored.value ?? {};
  const named = found ? { runbook: before["runbook"] ?? null } : {};
  const after: JsonObject = { ...entry.value, ...named };
  const fields = changedFields(after, before);
  if (fields.length === 0) return { step: null, problems };
  if (stored.approvalStatus === "DEPRECATED") return { step: null, problems: [deprecated(entry)] };
  const body = Object.fromEntries(fields.map((field) => [field, after[field] ?? removed(entry, field)]));
  const differences = differencesIn(fields, { before, after });
  return { step: { action: "update", entry, target: stored, body, differences }, problems };
}

/** An automation runs only what is approved, and a change takes the approval away. */
function waitsFor(reference: Reference | null, all: readonly Match[]): boolean {
  if (!reference) return false;
  const { entry, stored } = reference;
  if (stored?.approvalStatus !== "APPROVED") return true;
  const match = all.find((each) => each.entry === entry);
  return entry !== null && match !== undefined && changedFields(entry.value, stored.value ?? {}).length > 0;
}

function removed({ kind }: Entry, field: string): JsonValue {
  if (rowOf(kind).removable.includes(field)) return null;
  throw new Error(`${field} has no default`);
}

const deprecated = ({ source }: Entry) =>
  source.problem(
    "",
    "The file changes a runbook that is deprecated. Restore it first: roll back to a version.",
  );

function findFixed(entry: Entry, stored: Stored | null, reference: Reference | null): Problem[] {
  if (!stored) return [];
  const { source } = entry;
  const moved = entry.scope !== stored.scope;
  const isOther = reference !== null && reference.stored?.id !== stored.runbookId;
  return [
    ...(moved
      ? [source.problem("/teamId", worded("/teamId", `cannot be changed: it is ${scopeName(stored.scope)}`))]
      : []),
    ...(isOther
      ? [
          source.problem(
            "/runbook",
            worded("/runbook", "cannot be changed: give the automation another name"),
          ),
        ]
      : []),
  ];
}

function findMissingSecrets({ source, value }: Entry, stored: Stored | null): Problem[] {
  const missing = masksIn(value).filter((pointer) => valueAt(stored?.value ?? {}, pointer) === undefined);
  const message = "keeps a stored secret, but none is stored here: give {secretArn: …}";
  return missing.map((pointer) => source.problem(pointer, worded(pointer, message)));
}
