// Computes what a run did when, from its record: the wait before it, each attempt and the waits between, the callback.
import { type Execution, isActive } from "./execution.ts";

/** Times in epoch milliseconds. `isOpen`: it goes on. */
export type Span = { kind: "wait" | "call" | "callback"; from: number; to: number; isOpen: boolean };
export type AttemptView = Execution["attempts"][number];
export type Row = {
  id: string;
  label: string;
  /** Its calls; null: it is a wait. */
  attempt: AttemptView | null;
  spans: Span[];
  /** Single moments: notes of the receiver. */
  marks: number[];
};
export type Timeline = { from: number; to: number; rows: Row[] };

/** Shorter waits are the machinery's own, and say nothing. */
const SHORTEST_WAIT_MS = 20;

export function computeTimeline(execution: Execution, now: number): Timeline {
  const from = Date.parse(execution.createdAt);
  const goesOn = isActive(execution);
  const end = goesOn ? now : Date.parse(execution.completedAt ?? execution.createdAt);
  const rows = [
    ...beginRow(execution, from, end),
    ...attemptRows(execution, end, now),
    ...nextRow(execution, end),
    ...callbackRow(execution, end),
  ];
  const ends = rows.flatMap(({ spans, marks }) => [...spans.map(({ to }) => to), ...marks]);
  return { from, to: Math.max(end, from + 1, ...ends), rows };
}

const wait = (id: string, label: string, span: Span): Row => ({
  ...{ id, label, attempt: null, spans: [span], marks: [] },
});

function beginRow({ startedAt, queuedAt, createdAt }: Execution, from: number, end: number): Row[] {
  const to = startedAt === null ? end : Date.parse(startedAt);
  const isOpen = startedAt === null;
  if (!isOpen && to - from < SHORTEST_WAIT_MS) return [];
  const label = queuedAt === null ? "Before it began" : "In the queue";
  return [wait(`begin ${createdAt}`, label, { kind: "wait", from, to, isOpen })];
}

function attemptRows({ attempts, startedAt }: Execution, end: number, now: number): Row[] {
  let before = startedAt === null ? null : Date.parse(startedAt);
  return attempts.map((attempt, index) => {
    const from = Date.parse(attempt.startedAt);
    const isOpen = attempt.outcome === "in_progress";
    const next = attempts[index + 1];
    const unknownEnd = isOpen ? Math.max(end, now) : next ? Date.parse(next.startedAt) : Math.max(end, from);
    const to = attempt.durationMs === null ? unknownEnd : from + attempt.durationMs;
    const gap: Span[] =
      before !== null && from - before >= SHORTEST_WAIT_MS
        ? [{ kind: "wait", from: before, to: from, isOpen: false }]
        : [];
    before = to;
    const call: Span = { kind: "call", from, to, isOpen };
    const label = `Attempt ${attempt.number}`;
    return { id: label, label, attempt, spans: [...gap, call], marks: [] };
  });
}

const endOf = ({ startedAt, durationMs }: AttemptView) => Date.parse(startedAt) + (durationMs ?? 0);

/** The wait for an attempt that is still to come. */
function nextRow(execution: Execution, end: number): Row[] {
  const last = execution.attempts.at(-1);
  const isWaiting =
    execution.status === "RUNNING" && ["refused", "failed", "unknown"].includes(last?.outcome ?? "");
  if (!last || !isWaiting) return [];
  const from = endOf(last);
  return [
    wait("next", "Waits for the next attempt", { kind: "wait", from, to: Math.max(from, end), isOpen: true }),
  ];
}

function callbackRow(execution: Execution, end: number): Row[] {
  const { callback, attempts } = execution;
  const accepted = attempts.findLast(({ outcome }) => outcome === "delivered");
  if (!callback || !accepted) return [];
  const from = endOf(accepted);
  const isOpen = callback.result === null && isActive(execution);
  const to = callback.result === null ? end : Date.parse(callback.result.at);
  const span: Span = { kind: "callback", from, to: Math.max(from, to), isOpen };
  const marks = callback.notes.map(({ at }) => Date.parse(at));
  return [{ id: "callback", label: "Receiver at work", attempt: null, spans: [span], marks }];
}
