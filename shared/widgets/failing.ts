// The widget "failing most": which runbooks to mend first.
import type { Execution } from "../domain/executions/execution.ts";
import { row, table } from "./frame.ts";
import { type Html, html, linkTo, nameOf } from "./html.ts";
import { ago } from "./times.ts";

type Failed = Pick<Execution, "runbookId" | "runbookName" | "createdAt" | "error">;
/** `code`: the most frequent one. `latest`: when its last failed run began. */
type Failing = { runbookId: string; name: string; count: number; code: string; latest: string };

const MOST_ROWS = 10;
const WIDTH = 160;

/** Returns the runbooks with the most failures, most first. `failed`: newest first. */
export function rankFailing(failed: readonly Failed[]): Failing[] {
  const byRunbook = Map.groupBy(failed, ({ runbookId }) => runbookId);
  return [...byRunbook]
    .flatMap(([runbookId, [first, ...others]]) =>
      first === undefined ? [] : [{ runbookId, ...summarize(first, [first, ...others]) }],
    )
    .sort((a, b) => b.count - a.count || b.latest.localeCompare(a.latest))
    .slice(0, MOST_ROWS);
}

function summarize(newest: Failed, all: readonly Failed[]) {
  const codes = Map.groupBy(all, ({ error }) => error?.code ?? "unknown");
  const [[code] = ["unknown"]] = [...codes].sort(([, a], [, b]) => b.length - a.length);
  return { name: newest.runbookName, count: all.length, code, latest: newest.createdAt };
}

type Shown = Failing & { link: string | null };

/** `counted`: failures that were looked at. `more`: there are earlier ones in the time range. */
export function drawFailing(failing: readonly Shown[], counted: number, more: boolean, now: Date): Html {
  const most = failing[0]?.count ?? 1;
  const rows = failing.map(({ name, count, code, latest, link }) =>
    row(
      linkTo(link, nameOf(name)),
      drawBar(count, most),
      html`<code>${nameOf(code)}</code>`,
      ago(latest, now),
    ),
  );
  return table(sayHowMany(counted, more), ["Runbook", "Failed runs", "Mostly because", "Last"], rows);
}

function sayHowMany(counted: number, more: boolean): string {
  if (counted === 0) return "No run has failed in the time range.";
  if (more) return `Of the last ${counted} failed runs; there are earlier ones in the time range.`;
  return `Of ${counted} failed ${counted === 1 ? "run" : "runs"} in the time range.`;
}

/** The number stands beside the bar: nobody must measure it. */
function drawBar(count: number, most: number): Html {
  const width = Math.max(4, Math.round((WIDTH * count) / most));
  return html`<svg viewBox="0 0 ${WIDTH + 44} 18" width="${WIDTH + 44}" height="18" role="img" aria-label="${count} failed"><rect x="0" y="3" width="${width}" height="12" rx="2" class="rw-bad"></rect><text x="${width + 6}" y="14" font-size="13" fill="currentColor">${count}</text></svg>`;
}
