// The whole life of runbooks and runs, as small as it can be told: what each act must come to.

export type RunStatus = "PENDING" | "RUNNING" | "SUCCESS" | "FAILED" | "CANCELLED";
export type Outcome = "delivered" | "refused" | "again" | "unknown" | "intended";
export type ModelRunbook = {
  status: "DRAFT" | "APPROVED" | "DEPRECATED";
  /** The definition of each version. */ versions: number[];
  deleted: boolean;
  started: number;
};
export type ModelRun = {
  id: string;
  book: number;
  version: number;
  status: RunStatus;
  code: string | null;
  attempts: { outcome: Outcome; until: number }[];
  createdAt: number;
  deadline: number;
  /** How its state machine is; null: there is none. */ machine:
    | "RUNNING"
    | "SUCCEEDED"
    | "FAILED"
    | "ABORTED"
    | null;
  queued: boolean;
  /** It takes part in its runbook's lock. */ limited: boolean;
};

/** Definitions whose number is divisible by three allow one run at a time, and let others wait. */
export const isLimited = (definition: number) => definition % 3 === 0;
export const BUDGET = 300;
export const ATTEMPTS = 3;
/** Seconds after which an attempt that told nothing is not going on. */
export const ATTEMPT_OVER = 30 + 10;
const GRACE = 15;
/** Seconds beyond its budget after which a machine is stopped that still runs. */
const PATIENCE = 1800;

export class Model {
  now = 0;
  engineDown = false;
  books: ModelRunbook[] = [];
  runs: ModelRun[] = [];
  keys = new Map<number, { run: number; book: number }>();

  active = (book: number) => this.runs.filter((r) => r.book === book && isActive(r));
  approvedAt = ({ book, version }: ModelRun) =>
    this.books[book]?.status === "APPROVED" &&
    this.books[book].versions.length === version &&
    !this.books[book].deleted;

  /** Every refusal by its code; null is done. */
  change(book: ModelRunbook, act: string, definition: number, version: number): string | null {
    if (book.deleted) return "not_found";
    const from: Record<string, string[]> = {
      update: ["DRAFT", "APPROVED"],
      approve: ["DRAFT"],
      deprecate: ["APPROVED"],
      rollback: ["DRAFT", "APPROVED", "DEPRECATED"],
    };
    if (!from[act]?.includes(book.status)) return "invalid_transition";
    const current = book.versions.at(-1) ?? 0;
    if (act === "update" && definition === current) return null;
    if (act === "approve" && version !== book.versions.length) return "version_conflict";
    const next = { update: definition, rollback: book.versions[version - 1] ?? current }[act] ?? current;
    book.versions.push(next);
    book.status = act === "approve" ? "APPROVED" : act === "deprecate" ? "DEPRECATED" : "DRAFT";
    return null;
  }

  delete(book: number): string | null {
    const found = this.books[book];
    if (!found || found.deleted) return "not_found";
    if (this.active(book).length > 0) return "active_executions";
    found.deleted = true;
    return null;
  }

  /** The number of the run, or the refusal. */
  start(book: number, key: number): number | string {
    const known = this.keys.get(key);
    if (key > 0 && known) return known.book === book ? known.run : "idempotency_conflict";
    const found = this.books[book];
    if (!found || found.deleted) return "not_found";
    if (found.status !== "APPROVED") return "runbook_not_approved";
    const limited = isLimited(found.versions.at(-1) ?? 0);
    const queued = limited && this.active(book).some((run) => run.limited);
    const run = { id: "", book, version: found.versions.length, status: "PENDING", code: null } as const;
    const times = { createdAt: this.now, deadline: 0 };
    this.runs.push({ ...run, ...times, attempts: [], machine: null, queued, limited });
    found.started++;
    if (key > 0) this.keys.set(key, { run: this.runs.length - 1, book });
    if (!queued) this.handOver(this.runs.at(-1));
    return this.runs.length - 1;
  }

  handOver(run: ModelRun | undefined): void {
    if (run && !this.engineDown && run.machine === null) run.machine = "RUNNING";
  }

  begin(run: ModelRun): void {
    if (run.status !== "PENDING") return;
    if (this.approvedAt(run)) Object.assign(run, { status: "RUNNING", deadline: this.now + BUDGET });
    else this.end(run, "FAILED", "runbook_not_approved");
  }

  /** Attempt `n` comes to `outcome`, if it is made at all. */
  deliver(run: ModelRun, n: number, outcome: Outcome): void {
    if (run.status !== "RUNNING") return;
    const known = run.attempts[n - 1];
    if (known?.outcome === "intended" && this.now >= known.until) known.outcome = "unknown";
    if (known || n > ATTEMPTS || this.now >= run.deadline) return;
    run.attempts.push({ outcome, until: this.now + ATTEMPT_OVER });
  }

  /** The end that the attempts prove; `interrupted`: the machine did not come to its end by itself. */
  close(run: ModelRun, interrupted: boolean): void {
    if (!isActive(run)) return;
    this.settle(run);
    const code = this.provenBy(run, interrupted);
    this.end(run, code === null ? "SUCCESS" : "FAILED", code);
  }

  settle({ attempts }: ModelRun): void {
    for (const attempt of attempts) if (attempt.outcome === "intended") attempt.outcome = "unknown";
  }

  provenBy(run: ModelRun, interrupted: boolean): string | null {
    const last = run.attempts.at(-1);
    if (last?.outcome === "delivered") return null;
    if (last?.outcome === "unknown") return "outcome_unknown";
    if (interrupted || !last) return "infrastructure";
    return last.outcome === "again" && this.now >= run.deadline ? "run_timeout" : "webhook_refused";
  }

  cancel(run: ModelRun): string | null {
    if (!isActive(run)) return "execution_finished";
    if (run.attempts.at(-1)?.outcome === "delivered") {
      this.end(run, "SUCCESS", null);
      return "execution_finished";
    }
    if (run.machine === "RUNNING") run.machine = "ABORTED";
    this.end(run, "CANCELLED", "cancelled");
    return null;
  }

  /** The machine ends in this way, and the table is told. */
  machineEnds(run: ModelRun, how: "SUCCEEDED" | "FAILED" | "ABORTED"): void {
    if (run.machine === "RUNNING") run.machine = how;
    if (!isActive(run)) return;
    if (how === "ABORTED") this.cancel(run);
    else this.close(run, true);
  }

  end(run: ModelRun, status: RunStatus, code: string | null): void {
    this.settle(run);
    Object.assign(run, { status, code, queued: false });
    if (!run.limited) return;
    const others = this.active(run.book).filter((r) => r.limited);
    const next = others.filter((r) => r.queued).sort((a, b) => (a.id < b.id ? -1 : 1))[0];
    if (!next || others.some((r) => !r.queued)) return;
    next.queued = false;
    this.handOver(next);
  }

  sweep(): void {
    for (const run of [...this.runs].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      if (!isActive(run)) continue;
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

export const isActive = ({ status }: ModelRun) => status === "PENDING" || status === "RUNNING";
