// The widget "in flight and just ended": runs with their attempts, and where to look further.
import type { Attempt, Execution, ExecutionStatus } from "../domain/executions/execution.ts";
import { row, statusOf, table } from "./frame.ts";
import { type Html, html, linkTo, nameOf } from "./html.ts";
import { drawTimeline } from "./timeline.ts";
import { ago, sayDuration } from "./times.ts";

/** `link`: the run in the console. `machine`: its execution in Step Functions. Null: there is none. */
export type Run = Pick<
  Execution,
  "runbookName" | "status" | "createdAt" | "completedAt" | "ranForTeamId" | "error"
> & {
  attempts: readonly Pick<Attempt, "number" | "startedAt" | "durationMs" | "outcome">[];
  link: string | null;
  machine: string | null;
};

const STATUSES: Record<ExecutionStatus, Html> = {
  PENDING: statusOf("busy", "○", "waiting"),
  RUNNING: statusOf("busy", "◐", "running"),
  SUCCESS: statusOf("good", "✓", "succeeded"),
  FAILED: statusOf("bad", "✕", "failed"),
  CANCELLED: statusOf("odd", "–", "cancelled"),
};

/** `more`: more runs are in flight than these. */
export function drawRuns(runs: readonly Run[], more: boolean, now: Date): Html {
  const active = runs.filter(({ completedAt }) => completedAt === null).length;
  const words = `${active}${more ? " or more" : ""} in flight, ${runs.length - active} ended last in the time range.`;
  // On a developer's machine there is no Step Functions to look at.
  const linked = runs.some(({ machine }) => machine !== null);
  const rows = runs.map((run) => drawRun(run, linked, now));
  const headings = ["Run", "Team", "Status", "Attempts", "Took", "Began"];
  return table(words, linked ? [...headings, "Look at"] : headings, rows);
}

function drawRun(run: Run, linked: boolean, now: Date): Html {
  const { runbookName, status, createdAt, completedAt, ranForTeamId, error, attempts, link, machine } = run;
  const [from, to] = [Date.parse(createdAt), completedAt === null ? now.getTime() : Date.parse(completedAt)];
  const why = error === null ? "" : html`<br><code>${error.code}</code>`;
  const cells = [
    linkTo(link, nameOf(runbookName)),
    nameOf(ranForTeamId ?? "global"),
    html`${STATUSES[status]}${why}`,
    drawTimeline(attempts, from, Math.max(to, from)),
    html`${sayDuration(to - from)}`,
    ago(createdAt, now),
  ];
  return row(...cells, ...(linked ? [linkTo(machine, html`Step Functions`)] : []));
}
