// The run over time: waits, attempts, and the receiver's own work, each row with its words beside its bar.
import { useEffect, useState } from "preact/hooks";
import { formatDuration } from "../../parts/duration.ts";
import { Panel } from "../../parts/panels.tsx";
import { Badge } from "../../parts/status.tsx";
import { Outside } from "../../parts/text.tsx";
import { type Execution, isActive } from "./execution.ts";
import { OUTCOMES } from "./outcomes.ts";
import { computeTimeline, type Row, type Span, type Timeline } from "./timeline.ts";

const TICK_MS = 1_000;
const TICKS = 2;

export function Waterfall({ execution }: { execution: Execution }) {
  const timeline = computeTimeline(execution, useNow(isActive(execution)));
  const { from, to, rows } = timeline;
  return (
    <Panel title="What happened when" actions={<span class="muted">{formatDuration(to - from)} in all</span>}>
      {rows.length === 0 ? (
        <p class="muted">Nothing was called.</p>
      ) : (
        <div class="waterfall">
          <div class="waterfall-scale" aria-hidden="true">
            {Array.from({ length: TICKS + 1 }, (_, index) => (
              <span key={index}>{formatDuration(((to - from) * index) / TICKS)}</span>
            ))}
          </div>
          <ol>
            {rows.map((row) => (
              <WaterfallRow key={row.id} row={row} timeline={timeline} />
            ))}
          </ol>
        </div>
      )}
    </Panel>
  );
}

function WaterfallRow({ row, timeline }: { row: Row; timeline: Timeline }) {
  const { label, attempt, spans } = row;
  const own = spans.at(-1);
  const gap = spans.length > 1 ? spans[0] : undefined;
  return (
    <li class="waterfall-row">
      <div class="waterfall-words">
        <span class="waterfall-label">{label}</span>
        {attempt && <Outcome attempt={attempt} />}
      </div>
      <Bars row={row} timeline={timeline} />
      <div class="waterfall-took">
        {own &&
          (own.isOpen ? `${formatDuration(own.to - own.from)} so far` : formatDuration(own.to - own.from))}
        {gap && <span class="muted small">after {formatDuration(gap.to - gap.from)}</span>}
      </div>
      {attempt?.error && (
        <p class="waterfall-error">
          <Outside text={attempt.error.message} />
        </p>
      )}
    </li>
  );
}

function Outcome({ attempt: { outcome, statusCode } }: { attempt: NonNullable<Row["attempt"]> }) {
  const { tone, icon, word, meaning } = OUTCOMES[outcome];
  return (
    <span title={meaning}>
      <Badge tone={tone} icon={icon} word={statusCode === null ? word : `${word} ${statusCode}`} />
    </span>
  );
}

/** Positions are attributes of SVG: the page allows no styles in elements. */
function Bars({ row: { attempt, spans, marks }, timeline: { from, to } }: { row: Row; timeline: Timeline }) {
  const at = (time: number) => `${(100 * (time - from)) / (to - from)}%`;
  const across = (span: Span) => `${Math.max(0.4, (100 * (span.to - span.from)) / (to - from))}%`;
  const toneOf = ({ kind }: Span) =>
    kind === "call" && attempt ? OUTCOMES[attempt.outcome].tone : kind === "callback" ? "info" : "wait";
  return (
    <svg class="waterfall-bars" aria-hidden="true" focusable="false">
      {spans.map((span) => (
        <rect
          key={span.from}
          class={`${toneOf(span)}${span.isOpen ? " open" : ""}`}
          x={at(span.from)}
          width={across(span)}
          y={span.kind === "wait" ? 9 : 4}
          height={span.kind === "wait" ? 4 : 14}
          rx="2"
        />
      ))}
      {marks.map((mark, index) => (
        <circle key={index} class="mark-dot" cx={at(mark)} cy="11" r="3.5" />
      ))}
    </svg>
  );
}

/** Returns the time, each second anew while something goes on. */
function useNow(goesOn: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!goesOn) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [goesOn]);
  return Math.max(now, goesOn ? Date.now() : 0);
}
