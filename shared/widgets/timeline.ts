// The attempts of a run, as one line over the time that it took.
import type { Attempt } from "../domain/executions/execution.ts";
import { type Html, html } from "./html.ts";
import { sayDuration } from "./times.ts";

type Shown = Pick<Attempt, "number" | "startedAt" | "durationMs" | "outcome">;

const WIDTH = 240;
const HEIGHT = 18;
/** Narrower than this, nobody sees it. */
const LEAST = 4;

const KINDS: Record<Attempt["outcome"], string> = {
  in_progress: "busy",
  delivered: "good",
  refused: "bad",
  failed: "bad",
  unknown: "odd",
};
const WORDS: Record<Attempt["outcome"], string> = {
  in_progress: "under way",
  delivered: "delivered",
  refused: "refused",
  failed: "failed",
  unknown: "outcome unknown",
};

/** `from`, `to`: of the run, in milliseconds. The grey line is waiting. */
export function drawTimeline(attempts: readonly Shown[], from: number, to: number): Html {
  const scale = WIDTH / Math.max(1, to - from);
  const bars = attempts.map((attempt) => {
    const start = Date.parse(attempt.startedAt);
    const width = Math.min(WIDTH, Math.max(LEAST, (endOf(attempt, to) - start) * scale));
    const x = Math.min(WIDTH - width, Math.max(0, (start - from) * scale));
    return html`<rect x="${round(x)}" y="2" width="${round(width)}" height="14" rx="2" class="rw-${KINDS[attempt.outcome]}"><title>${sayAttempt(attempt, to)}</title></rect>`;
  });
  const label =
    attempts.length === 0 ? "No attempt yet" : attempts.map((each) => sayAttempt(each, to)).join("; ");
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${label}"><rect x="0" y="8" width="${WIDTH}" height="2" class="rw-wait"></rect>${bars}</svg>`;
}

const endOf = ({ startedAt, durationMs }: Shown, to: number) =>
  durationMs === null ? to : Date.parse(startedAt) + durationMs;

const sayAttempt = (attempt: Shown, to: number) =>
  `Attempt ${attempt.number}: ${WORDS[attempt.outcome]}, ${sayDuration(endOf(attempt, to) - Date.parse(attempt.startedAt))}`;

const round = (pixels: number) => Math.round(pixels * 10) / 10;
