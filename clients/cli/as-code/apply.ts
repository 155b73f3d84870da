// Does what was planned, step by step, and stops at the first that fails.
import type { RunbooksClient } from "../../api-client/client.ts";
import { ProblemError } from "../../api-client/errors.ts";
import { type Entry, worded } from "./entries.ts";
import type { JsonObject } from "./json.ts";
import { type Kind, rowOf, type Target } from "./kinds.ts";
import type { Plan, Step } from "./plan.ts";
import { readRunbook, type Stored } from "./service.ts";
import type { Problem } from "./source.ts";

/** `waiting`: automations whose runbooks must be approved first. `changed`: runbooks that wait for approval now. */
export type Applied = {
  done: Step[];
  waiting: Step[];
  left: Step[];
  changed: Stored[];
  failure: Failure | null;
};

/** `problems`: what the service says is wrong, where it stands in the file. */
export type Failure = { step: Step; error: unknown; problems: Problem[] };

export async function applyPlan(
  client: RunbooksClient,
  { steps }: Plan,
  onDone: (step: Step) => void,
): Promise<Applied> {
  const waiting = steps.filter(isWaiting);
  const due = steps.filter((step) => !isWaiting(step));
  const done: Step[] = [];
  const runbooks: string[] = [];
  let failure: Failure | null = null;
  for (const step of due) {
    try {
      const made = await perform(client, step);
      if (made !== null) runbooks.push(made);
    } catch (error) {
      failure = { step, error, problems: problemsOf(step, error) };
      break;
    }
    done.push(step);
    onDone(step);
  }
  const changed: Stored[] = [];
  for (const runbookId of runbooks) changed.push(await readRunbook(client, runbookId));
  return { done, waiting, left: due.slice(done.length), changed, failure };
}

const isWaiting = (step: Step) => step.action === "create" && step.waits;

/** Returns the id of the runbook that was made or changed. */
async function perform(client: RunbooksClient, step: Step): Promise<string | null> {
  if (step.action === "delete") {
    await rowOf(step.stored.kind).remove(client, step.stored);
    return null;
  }
  const { entry } = step;
  const { create, update } = rowOf(entry.kind);
  const made: Target =
    step.action === "create"
      ? await create(client, bodyOf(step))
      : await update(client, step.target, step.body);
  return entry.kind === "runbook" ? made.id : null;
}

/** The API knows the runbook of an automation by its id. */
function bodyOf({ entry, reference }: Step & { action: "create" }): JsonObject {
  const { runbook: _name, ...fields } = entry.value;
  const runbookId = reference?.stored?.id;
  return runbookId === undefined ? fields : { ...fields, runbookId };
}

function problemsOf(step: Step, error: unknown): Problem[] {
  if (step.action === "delete" || !(error instanceof ProblemError)) return [];
  const { kind, source } = step.entry;
  return error.errors.map((issue) => {
    const pointer = toFilePointer(kind, issue.pointer);
    return source.problem(pointer, worded(pointer, issue.message));
  });
}

const toFilePointer = (kind: Kind, pointer: string) =>
  kind === "automation" ? pointer.replace(/^\/runbookId$/, "/runbook") : pointer;

export const nameOf = (step: Step): Pick<Entry, "kind" | "scope" | "name"> =>
  step.action === "delete" ? step.stored : step.entry;
