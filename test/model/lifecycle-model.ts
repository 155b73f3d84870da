// The whole life of runbooks and runs, as small as possible: the required result of each act.
import { hasExpired, isLimited, type ModelRunbook, stop } from "./runbook-model.ts";

type RunStatus = "PENDING" | "RUNNING" | "SUCCESS" | "FAILED" | "CANCELLED";
export type Outcome = "delivered" | "refused" | "again" | "unknown" | "in_progress" | "failed";
type ModelAttempt = {
  outcome: Outcome;
  /** When its call is surely over. */ until: number;
  /** Others took it for unknown: its true outcome may still come. */ presumed: boolean;
};
/**
 * A delivery that is held: before it claims the attempt after `claimed` others, or in its call. `begins`: its claim
 * begins the run.
 */
export type Held = { at: "claim" | "call"; n: number; claimed: number; since: number; begins: boolean };
export type ModelRun = {
  id: string;
  book: number;
  version: number;
  status: RunStatus;
  code: string | null;
  attempts: ModelAttempt[];
  held: Held | null;
  /** Why a delivery was refused last: the run may not begin; null: none was. */ refused: string | null;
  /** It has ended, and keeps its place for a call that may be under way. */ kept: boolean;
  createdAt: number;
  deadline: number;
  /** How its state machine is; null: there is none. */ machine:
    | "RUNNING"
    | "SUCCEEDED"
    | "FAILED"
    | "ABORTED"
    | null;
  queued: boolean;
  /** It counts against its runbook's limit. */ limited: boolean;
};

const BUDGET = 300;
const ATTEMPTS = 3;
/** Seconds after which an attempt that reported no outcome is not going on. */
const ATTEMPT = 30;
const OVER = 10;
const GRACE = 15;
/** Seconds beyond its overall timeout after which a running execution is stopped. */
const PATIENCE = 1800;

export class Model {
  now = 0;
  engineDown = false;
  /** A freeze window of the whole service is open. */
  frozen = false;
  books: ModelRunbook[] = [];
  runs: ModelRun[] = [];
  keys = new Map<number, { run: number; book: number }>();

  active = (book: number) => this.runs.filter((r) => r.book === book && isActive(r));
  /** What was approved, and has not been taken out of service since. */
  mayBegin({ book, version }: ModelRun): boolean {
    const { live = null, oldestLive = null } = this.books[book] ?? {};
    return live !== null && oldestLive !== null && oldestLive <= version && version <= live;
  }

  delete(book: number): string | null {
    const found = this.books[book];
    if (!found || found.deleted) return "not_found";
    if (this.active(book).length > 0) return "active_executions";
    found.deleted = true;
    stop(found);
    return null;
  }

  /** The number of the run, or the refusal. */
  start(book: number, key: number): number | string {
    const known = this.keys.get(key);
    if (key > 0 && known) return known.book === book ? known.run : "idempotency_conflict";
    const found = this.books[book];
    if (!found || found.deleted) return "not_found";
    if (found.live === null) return "runbook_not_approved";
    if (hasExpired(found, this.now)) return "approval_expired";
    if (this.frozen) return "frozen";
    const version = found.live;
    const limited = isLimited(found.versions[version - 1]?.definition ?? 0);
    const queued = limited && this.placed(book).length > 0;
    const run = { id: "", book, version, status: "PENDING", code: null } as const;
    const times = { createdAt: this.now, deadline: 0 };
    this.runs.push({
      ...run,
      ...times,
      attempts: [],
      machine: null,
      queued,
      limited,
      held: null,
      refused: null,
      kept: false,
    });
    found.started++;
    if (key > 0) this.keys.set(key, { run: this.runs.length - 1, book });
    if (!queued) this.handOver(this.runs.at(-1));
    return this.runs.length - 1;
  }

  handOver(run: ModelRun | undefined): void {
    if (run && !this.engineDown && run.machine === null) run.machine = "RUNNING";
  }

  /**
   * Returns whether the run began, at `since`. It begins only if its version is one of the live ones now, and nothing is
   * frozen.
   */
  begin(run: ModelRun, since: number): boolean {
    if (!this.mayBegin(run)) run.refused = "runbook_not_approved";
    else if (hasExpired(this.books[run.book], since)) run.refused = "approval_expired";
    else if (this.frozen) run.refused = "frozen";
    else Object.assign(run, { status: "RUNNING", deadline: since + BUDGET });
    return run.status === "RUNNING";
  }

  /** Freeze windows are looked at before anything is written. */
  stopsAtGate(run: ModelRun): boolean {
    if (this.frozen && run.status === "PENDING") run.refused = "frozen";
    return this.frozen && run.status === "PENDING";
  }

  /** Attempt `n` comes to `outcome`, if it is made at all. The first one begins the run. */
  deliver(run: ModelRun, n: number, outcome: Outcome): void {
    if (this.stopsAtGate(run)) return;
    if (run.status === "PENDING" && !this.begin(run, this.now)) return;
    if (this.mayClaim(run, n)) this.claim(run, this.now, outcome);
  }

  mayClaim(run: ModelRun, n: number): boolean {
    if (run.status === "PENDING") return true;
    if (run.status !== "RUNNING") return false;
    const open = run.attempts.find((a) => a.outcome === "in_progress");
    if (open && this.now < open.until) return false;
    this.presume(run);
    const final = run.attempts.some((a) => a.outcome === "delivered" || a.outcome === "refused");
    return !final && n > run.attempts.length && run.attempts.length < ATTEMPTS && this.now < run.deadline;
  }

  claim(run: ModelRun, since: number, outcome: Outcome): void {
    const ends = Math.min(since + ATTEMPT, run.deadline);
    const made = this.now < ends ? outcome : "failed";
    run.attempts.push({ outcome: made, until: ends + OVER, presumed: false });
  }

  /** A delivery that is held there; null: it does not get that far. */
  hold(run: ModelRun, n: number, at: Held["at"]): Held | null {
    if (this.stopsAtGate(run) || !this.mayClaim(run, n)) return null;
    const begins = run.status === "PENDING";
    if (begins && at === "call" && !this.begin(run, this.now)) return null;
    run.held = { at, n, claimed: run.attempts.length, since: this.now, begins };
    if (at === "call") this.claim(run, this.now, "in_progress");
    return run.held;
  }

  /** It continues: whatever happened in between, nothing is called without a claim in time, and everything is recorded. */
  release(run: ModelRun, { at, n, claimed, since, begins }: Held, outcome: Outcome): void {
    run.held = null;
    if (at === "claim") {
      const isSame = run.status === (begins ? "PENDING" : "RUNNING") && run.attempts.length === claimed;
      if (!isSame) this.deliver(run, n, outcome);
      else if (!begins || this.begin(run, since)) this.claim(run, since, outcome);
      return;
    }
    const attempt = run.attempts[claimed];
    if (!attempt || outcome === "in_progress") return;
    Object.assign(attempt, { outcome, presumed: false });
    this.settle(run);
  }

  /** The end that the attempts prove; `interrupted`: the machine did not end normally. */
  close(run: ModelRun, interrupted: boolean, refused: string | null = null): void {
    if (!isActive(run)) return;
    this.presume(run);
    const proven = this.provenBy(run, interrupted);
    const code = refused !== null && run.attempts.length === 0 ? refused : proven;
    this.end(run, code === null ? "SUCCESS" : "FAILED", code);
  }

  /** Calls that are surely over, without an outcome. */
  presume({ attempts }: ModelRun): void {
    for (const attempt of attempts)
      if (attempt.outcome === "in_progress" && this.now >= attempt.until)
        Object.assign(attempt, { outcome: "unknown", presumed: true });
  }

  provenBy(run: ModelRun, interrupted: boolean): string | null {
    if (isDelivered(run)) return null;
    const last = run.attempts.at(-1);
    if (last?.outcome === "unknown" || last?.outcome === "in_progress") return "outcome_unknown";
    if (interrupted || !last) return "internal_failure";
    if (last.outcome !== "refused" && this.now >= run.deadline) return "run_timeout";
    return last.outcome === "failed" ? "timeout" : "webhook_refused";
  }

  cancel(run: ModelRun): string | null {
    if (!isActive(run)) return "execution_finished";
    this.presume(run);
    if (isDelivered(run)) {
      this.end(run, "SUCCESS", null);
      return "execution_finished";
    }
    if (run.machine === "RUNNING") run.machine = "ABORTED";
    this.end(run, "CANCELLED", "cancelled");
    return null;
  }

  /** The execution ends in this way, and the table is updated. */
  machineEnds(run: ModelRun, how: "SUCCEEDED" | "FAILED" | "ABORTED"): void {
    if (run.machine === "RUNNING") run.machine = how;
    if (!isActive(run)) return;
    if (how === "ABORTED") this.cancel(run);
    else this.close(run, true);
  }

  end(run: ModelRun, status: RunStatus, code: string | null): void {
    const kept = run.attempts.some((a) => a.outcome === "in_progress");
    Object.assign(run, { status, code, queued: false, kept });
    if (!kept) this.admitNext(run);
  }

  /** Who has a place in the lock of a runbook, or waits for one. */
  placed = (book: number) => this.runs.filter((r) => r.book === book && r.limited && (isActive(r) || r.kept));

  /** A run that has ended gives its place back once its last call is over, which may not be the one that reports. */
  settle(run: ModelRun): void {
    if (!run.kept) return;
    this.presume(run);
    if (run.attempts.some((a) => a.outcome === "in_progress")) return;
    run.kept = false;
    this.admitNext(run);
  }

  admitNext(run: ModelRun): void {
    if (!run.limited) return;
    const others = this.placed(run.book);
    const next = others.filter((r) => r.queued).sort((a, b) => (a.id < b.id ? -1 : 1))[0];
    if (!next || others.some((r) => !r.queued)) return;
    next.queued = false;
    this.handOver(next);
  }

  sweep(): void {
    for (const run of [...this.runs].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      if (!isActive(run)) {
        this.settle(run);
        continue;
      }
      if (run.machine === "RUNNING") {
        if (run.status === "PENDING" || this.now < run.deadline + PATIENCE) continue;
        run.machine = "ABORTED";
        this.close(run, true);
        continue;
      }
      if (run.machine !== null) this.machineEnds(run, run.machine);
      else if (run.status === "RUNNING") this.close(run, true);
      else if (this.now - run.createdAt >= GRACE && !run.queued) this.handOver(run);
    }
  }
}

const isDelivered = ({ attempts }: ModelRun) => attempts.some((a) => a.outcome === "delivered");
export const isActive = ({ status }: ModelRun) => status === "PENDING" || status === "RUNNING";
