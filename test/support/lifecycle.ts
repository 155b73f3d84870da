// Plays a random history twice, on the model and on the real operations over some table, and holds the two together.

import fc from "fast-check";
import { expect } from "vitest";
import { createFreezeWindow, removeFreezeWindow } from "../../shared/application/change-freeze-windows.ts";
import { deliverWebhook } from "../../shared/application/deliver/deliver-webhook.ts";
import { cancelExecution } from "../../shared/application/end/cancel-execution.ts";
import { completeForStateMachine } from "../../shared/application/end/reconcile.ts";
import { recordOutcome } from "../../shared/application/end/record-outcome.ts";
import { sweep } from "../../shared/application/end/sweep.ts";
import { requireRunbook } from "../../shared/application/request/access.ts";
import { withIdempotency } from "../../shared/application/request/once.ts";
import { assessDraft, readApprovalRules } from "../../shared/application/runbooks/approval-rules.ts";
import { createSigningSecret } from "../../shared/application/runbooks/signing-secret.ts";
import { createExecution } from "../../shared/application/start/create-execution.ts";
import { rerunExecution } from "../../shared/application/start/rerun-execution.ts";
import { type Act, toAct } from "../../shared/domain/context.ts";
import { ServiceError } from "../../shared/domain/errors.ts";
import type { ExecutionError } from "../../shared/domain/executions/execution.ts";
import { systemActor } from "../../shared/domain/executions/execution-changes.ts";
import type { FreezeWindowRule } from "../../shared/domain/freeze/freeze-window.ts";
import {
  approveRunbook,
  deprecateRunbook,
  withdrawRunbook,
} from "../../shared/domain/runbooks/approval-changes.ts";
import {
  isAboutRenewal as isAboutRealRenewal,
  renewApproval,
} from "../../shared/domain/runbooks/renewal-changes.ts";
import { requestChanges, requestReview } from "../../shared/domain/runbooks/review-changes.ts";
import type { RunbookVersion } from "../../shared/domain/runbooks/runbook.ts";
import {
  createRunbook,
  type Runbook,
  rollbackRunbook,
  updateRunbook,
} from "../../shared/domain/runbooks/runbook-changes.ts";
import { getExecutionRecord } from "../../shared/store/executions.ts";
import { getFreezeWindows } from "../../shared/store/freeze-windows.ts";
import { listAwaitingReview } from "../../shared/store/review-requests.ts";
import { deleteRunbook, getRunbook, saveRunbook } from "../../shared/store/runbooks.ts";
import { signingSecretWrite } from "../../shared/store/signing-secrets.ts";
import { listApprovals, requireVersion } from "../../shared/store/versions.ts";
import { isActive, Model, type ModelRun, type Outcome } from "../model/lifecycle-model.ts";
import {
  change,
  createModel,
  isAboutRenewal,
  isElsewhere,
  isExpiring,
  isKeptLive,
  isLimited,
  listAwaiting,
  type ModelRunbook,
  RUNBOOK_ACTS,
  type RunbookAct,
  TERM,
} from "../model/runbook-model.ts";
import { violations } from "./invariants.ts";
import { contextAt, definition, newId, PLATFORM_ADMIN } from "./seed.ts";
import { Died, type World } from "./small-world.ts";

const SECOND = 1000;
const EPOCH = Date.parse("2026-03-01T00:00:00.000Z");

/** Open for the whole time of the histories. */
const IN_MARCH: FreezeWindowRule = {
  ...{ name: "Year end", scope: null, kind: "deny", manual: "refuse", reason: "The books close" },
  ...{ schedule: "0 0 1 3 *", durationMinutes: 10 * 24 * 60, timeZone: "UTC" },
};

const ACTS = {
  create: 1,
  update: 2,
  approve: 12,
  "request-review": 2,
  "request-changes": 1,
  deprecate: 1,
  rollback: 1,
  withdraw: 1,
  delete: 1,
  start: 6,
  deliver: 10,
  hold: 5,
  release: 4,
  finish: 4,
  cancel: 2,
  end: 2,
  sweep: 2,
  rerun: 1,
  wait: 2,
  engine: 1,
  freeze: 1,
} as const;
type ActName = keyof typeof ACTS;
export type Step = { act: ActName; which: number; arg: number };

const weighted = Object.entries(ACTS).map(([act, weight]) => ({
  weight,
  arbitrary: fc.constant(act as ActName),
}));
export const history = (maxLength: number) =>
  fc.array(fc.record({ act: fc.oneof(...weighted), which: fc.nat(7), arg: fc.nat(11) }), {
    maxLength,
    size: "max",
  });

/** Two people approve what is of high risk, and no author approves. */
const OPTIONS = { APPROVALS_REQUIRED: "low=1,medium=1,high=2", FOUR_EYES: "true" };
/** An author may be one of the approvers too. */
const editorOf = (arg: number) => (arg % 6 === 5 ? "ben" : "ana");
const approverOf = (arg: number) => ["ben", "cyd", "dan"][Math.floor(arg / 4)] ?? "dan";

/** The number of each act and result so far: shows that all of them are reached. */
export const reached = new Map<string, number>();

export async function play(steps: readonly Step[], world: World): Promise<void> {
  Object.assign(process.env, OPTIONS);
  const game = new Game(world);
  try {
    // One of two definitions: an edit of the second one leaves it live.
    await game.step({ act: "create", which: 0, arg: 1 + (steps.length % 2) });
    for (const arg of [1, 5]) await game.step({ act: "approve", which: 0, arg });
    for (const step of steps) await game.step(step);
    await game.compare();
    await game.compareAwaiting();
    const now = new Date(EPOCH + game.model.now * SECOND);
    expect(await violations({ now: new Date(Math.min(now.getTime(), EPOCH)) })).toEqual([]);
  } finally {
    await game.letGo();
  }
}

class Game {
  readonly model = new Model();
  readonly ids: string[] = [];
  readonly world: World;
  /** Why a delivery could not begin a run, by run: the state machine hands it to the task that records the failure. */
  readonly refusals = new Map<string, ExecutionError>();
  /** Held deliveries, by run: how to release each, and its end. */
  readonly held = new Map<string, { go: () => void; done: Promise<unknown> }>();

  constructor(world: World) {
    this.world = world;
  }

  async step({ act, which, arg }: Step): Promise<void> {
    this.model.now++;
    const result = await this.#do(act, which, arg);
    const key = `${act}: ${result}`;
    reached.set(key, (reached.get(key) ?? 0) + 1);
  }

  #now = () => new Date(EPOCH + this.model.now * SECOND);
  #act = (by = "ana") => toAct(contextAt(this.#now(), by));
  #workflowContext = () => ({ actor: systemActor("workflow"), now: this.#now(), newId });

  #do(act: ActName, which: number, arg: number): Promise<string> {
    const { model } = this;
    if (act === "create") return this.#create(arg);
    if (act === "wait") return this.#pass(arg * 20);
    if (act === "engine") {
      this.world.down = model.engineDown = arg % 3 === 0;
      return Promise.resolve("set");
    }
    if (act === "sweep") return this.#sweep();
    if (act === "freeze") return this.#freeze(arg % 3 === 0);
    const book = which % model.books.length;
    if (act === "start") return this.#start(book, arg % 4);
    if (act === "delete") return this.#delete(book);
    if (isRunbookAct(act)) return this.#change(act, book, arg);
    if (model.runs.length === 0) return Promise.resolve("no run");
    return this.#onRun(act, this.#pick(which), arg);
  }

  /** Three times in four a run that is under way, if there is one; else one of the youngest. */
  #pick(which: number): number {
    const { runs } = this.model;
    const active = runs.flatMap((run, index) => (isActive(run) ? [index] : []));
    const chosen = which % 4 === 3 ? undefined : active[which % Math.max(1, active.length)];
    return chosen ?? runs.length - 1 - (which % Math.min(runs.length, 4));
  }

  async #create(arg: number): Promise<string> {
    if (this.model.books.length === 3) return "enough";
    const id = newId("runbook");
    const secret = signingSecretWrite(await createSigningSecret(id, this.#now().toISOString()));
    const by = editorOf(arg);
    await saveRunbook(createRunbook(id, "payments", defined(arg), this.#act(by)), { extraWrites: [secret] });
    this.ids.push(id);
    this.model.books.push(createModel(arg, by));
    return "done";
  }

  async #pass(seconds: number): Promise<string> {
    this.model.now += seconds;
    return "passed";
  }

  /** A window of the whole service is made, or all are deleted. This process knows it: test/support/pairs has the others. */
  async #freeze(isOn: boolean): Promise<string> {
    const { windows } = await getFreezeWindows();
    if (isOn && windows.length === 0)
      await createFreezeWindow({ ...IN_MARCH, id: newId("freezewindow") }, () => this.#act(), null);
    if (!isOn) for (const { id } of windows) await removeFreezeWindow(id, () => this.#act());
    await getFreezeWindows();
    this.model.frozen = isOn;
    return isOn ? "on" : "off";
  }

  async #sweep(): Promise<string> {
    const { failed } = await sweep({ now: this.#now(), newId });
    if (!this.world.down) expect(failed).toBe(0);
    this.model.sweep();
    await this.compare();
    return "swept";
  }

  async #change(act: RunbookAct, book: number, arg: number): Promise<string> {
    const before = this.model.books[book];
    if (!before) throw new Error("no such runbook");
    const earlier = (act === "approve" && before.live) || Math.max(1, before.versions.length - 1);
    const stale = arg % 4 === 0 ? earlier : before.versions.length;
    const version = act === "rollback" ? 1 + (arg % before.versions.length) : stale;
    const by = ["approve", "request-changes"].includes(act) ? approverOf(arg) : editorOf(arg);
    const isRenewal = act === "approve" && isAboutRenewal(before, { version, now: this.model.now });
    const isBesideDraft = before.status === "DRAFT";
    const real = await codeOf(async () => {
      const runbook = await requireRunbook(PLATFORM_ADMIN, "manage", this.#id(book));
      const changed = await this.#decide(act, runbook, { definition: arg, version, by });
      return changed && saveRunbook(changed);
    });
    const expected = change(before, act, { definition: arg, version, by, now: this.model.now });
    expect(real, `${act} of runbook ${book}`).toBe(expected);
    await this.#compareBook(book);
    if (act === "request-review") await this.compareAwaiting();
    if (real !== null || act !== "approve") return String(real);
    if (isRenewal) return nameRenewal(before, isBesideDraft);
    return before.status === "DRAFT" ? "one of two" : String(real);
  }

  async #delete(book: number): Promise<string> {
    const real = await codeOf(async () => {
      const runbook = await requireRunbook(PLATFORM_ADMIN, "manage", this.#id(book));
      return deleteRunbook(runbook, this.#act(), undefined);
    });
    expect(real, `delete of runbook ${book}`).toBe(this.model.delete(book));
    await this.#compareBook(book);
    return String(real);
  }

  async #decide(act: RunbookAct, runbook: Runbook, { definition, version, by }: Asked) {
    const now = this.#act(by);
    const draft = { summary: runbook.summary, version: runbook.current };
    if (act === "withdraw") return withdrawRunbook(runbook, "It does harm", now);
    if (act === "deprecate") return deprecateRunbook(runbook, null, now);
    if (act === "request-changes") return requestChanges(runbook, { version, note: "Gently" }, now);
    if (act === "request-review") {
      const { level: risk } = await assessDraft(draft);
      return requestReview(runbook, { version, note: null, risk }, now);
    }
    if (act === "approve") return approve(runbook, version, now);
    const review = { approvals: await listApprovals(runbook.state.id), warnings: [] };
    if (act === "update") return updateRunbook(runbook, defined(definition), null, now, review);
    const to = await requireVersion(runbook.state.id, version);
    return rollbackRunbook(runbook, to, to.definition, null, now, review);
  }

  async #start(book: number, key: number): Promise<string> {
    let started = "";
    const now = this.#now();
    const startContext = contextAt(now);
    const id = this.#id(book);
    const asked = { caller: "ana", route: "start-execution", key: `key-${key}`, asked: [id], now };
    const real = await codeOf(async () => {
      const request = {
        parameters: {},
        ranForTeamId: null,
        incident: null,
        automation: null,
        triggeredBy: "manual",
        trigger: {},
      } as const;
      started = await withIdempotency(key > 0 ? asked : null, newId("execution"), {
        load: async (known) => known,
        create: async (record) => {
          const runbook = await requireRunbook(PLATFORM_ADMIN, "execute", id);
          return (await createExecution(runbook, { ...request, record }, startContext)).execution.id;
        },
      });
    });
    return this.#started(real, this.model.start(book, key), started);
  }

  async #started(real: string | null, expected: number | string, id: string): Promise<string> {
    expect(real, "start").toBe(typeof expected === "string" ? expected : null);
    if (typeof expected === "string") return expected;
    const run = this.model.runs[expected];
    if (!run) throw new Error("no such run");
    if (run.id === "") run.id = id;
    expect(id).toBe(run.id);
    await this.#compareRun(run);
    const isBesideDraft = this.model.books[run.book]?.status === "DRAFT";
    return isBesideDraft ? "done beside a draft" : "done";
  }

  async #onRun(act: ActName, index: number, arg: number): Promise<string> {
    const run = this.model.runs[index];
    if (!run) throw new Error("no such run");
    const result = await this.#reallyOnRun(act, run, arg);
    await this.#compareRun(run);
    await this.#compareBook(run.book);
    return result;
  }

  async #reallyOnRun(act: ActName, run: ModelRun, arg: number): Promise<string> {
    const { id: executionId } = run;
    if (act === "rerun") {
      const before = await getExecutionRecord(executionId);
      let id = "";
      const real = await codeOf(async () => {
        const runbook = await requireRunbook(PLATFORM_ADMIN, "execute", this.#id(run.book));
        if (!before) return;
        const startContext = contextAt(this.#now());
        id = (await rerunExecution(PLATFORM_ADMIN, runbook, before, {}, startContext)).execution.id;
      });
      return this.#started(real, this.model.start(run.book, 0), id);
    }
    if (act === "cancel") {
      const real = await codeOf(() =>
        cancelExecution(executionId, null, { ...this.#workflowContext(), actor: { id: "ana", name: null } }),
      );
      expect(real, "cancel").toBe(this.model.cancel(run));
      return String(real);
    }
    // Nobody calls a task of a run that was never started; there are late and repeated calls.
    if (run.machine === null) return "no machine";
    if (act === "deliver") {
      const isOlder = run.status === "PENDING" && run.version !== this.model.books[run.book]?.live;
      await this.#deliver(run, arg);
      if (isOlder && run.status === "RUNNING") return "began an older version";
      if (run.refused !== null && run.status === "PENDING")
        return run.refused === "runbook_not_approved" ? "refused" : run.refused;
    }
    if (act === "hold") return this.#hold(run, arg);
    if (act === "release") return this.#release(run, arg);
    if (act === "finish") {
      const refusal = this.refusals.get(executionId);
      if (run.status === "PENDING" && !refusal) return "not begun";
      await recordOutcome({ executionId, ...(refusal && { refusal }) }, this.#workflowContext());
      this.model.close(run, false, refusal?.code ?? null);
      if (run.machine === "RUNNING") this.#machine(run, "SUCCEEDED");
      if (refusal) return "of a refused run";
    }
    if (act === "end") {
      const how = (["SUCCEEDED", "FAILED", "ABORTED"] as const)[arg % 3] ?? "FAILED";
      if (run.machine === "RUNNING") this.world.machines.set(executionId, how);
      // In one of four cases the event is lost, and the reconciler comes later.
      if (arg % 4 === 3) {
        this.#machine(run, how);
        return "unheard";
      }
      await completeForStateMachine(executionId, how, this.#workflowContext());
      this.model.machineEnds(run, how);
    }
    return run.status;
  }

  /** A machine's end is final. */
  #machine(run: ModelRun, how: NonNullable<ModelRun["machine"]>): void {
    if (run.machine !== "RUNNING") return;
    run.machine = how;
    this.world.machines.set(run.id, how);
  }

  async #deliver(run: ModelRun, arg: number): Promise<void> {
    const outcome = this.#comesTo(arg);
    const attempt = arg < 9 ? run.attempts.length + 1 : Math.max(1, run.attempts.length);
    await this.#delivery(run, attempt);
    this.model.deliver(run, attempt, outcome);
    this.#compareRefusal(run);
  }

  #compareRefusal({ id, refused }: ModelRun): void {
    expect(this.refusals.get(id)?.code ?? null, "refusal").toBe(refused);
  }

  #comesTo(arg: number): Outcome {
    const outcomes: Outcome[] = ["delivered", "refused", "again", "again", "unknown", "in_progress"];
    const outcome = outcomes[arg % outcomes.length] ?? "delivered";
    this.world.outcome = outcome;
    return outcome;
  }

  #delivery = async (run: ModelRun, attempt: number) => {
    try {
      const { refusal } = await deliverWebhook({ executionId: run.id, attempt }, { clock: this.#now, newId });
      if (refusal) this.refusals.set(run.id, refusal);
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
  };

  /** A delivery that stops before its claim or in its call, while everything else continues. */
  async #hold(run: ModelRun, arg: number): Promise<string> {
    if (run.held) return "is held";
    const at = arg % 2 === 0 ? "claim" : "call";
    const attempt = run.attempts.length + 1;
    const [reached, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.world.gate = { at, reached: reached.resolve, opened: opened.promise };
    const done = this.#delivery(run, attempt);
    await Promise.race([done, reached.promise]);
    const standsStill = this.world.gate === null;
    this.world.gate = null;
    expect(standsStill, "stands still").toBe(this.model.hold(run, attempt, at) !== null);
    if (standsStill) this.held.set(run.id, { go: opened.resolve, done });
    return standsStill ? `before its ${at}` : "not so far";
  }

  async #release(run: ModelRun, arg: number): Promise<string> {
    const { held } = run;
    const delivery = this.held.get(run.id);
    if (!held || !delivery) return "nothing held";
    this.held.delete(run.id);
    const outcome = this.#comesTo(arg);
    delivery.go();
    await delivery.done;
    this.model.release(run, held, outcome);
    this.#compareRefusal(run);
    return `${held.at} of one that is ${run.status}`;
  }

  /** What stays held counts as a call of the table that is under way, and those are bounded: the next histories would wait. */
  async letGo(): Promise<void> {
    for (const { go } of this.held.values()) go();
    await Promise.allSettled([...this.held.values()].map(({ done }) => done));
  }

  /** The list of what waits for a review has what was asked for, in its order. */
  async compareAwaiting(): Promise<void> {
    const { items } = await listAwaitingReview("all", {}, { limit: 10 });
    const ids = listAwaiting(this.model.books).map((book) => this.#id(book));
    expect(
      items.map(({ id }) => id),
      "awaiting review",
    ).toEqual(ids);
    const key = `awaiting review: ${ids.length}`;
    reached.set(key, (reached.get(key) ?? 0) + 1);
  }

  async compare(): Promise<void> {
    for (const run of this.model.runs) await this.#compareRun(run);
    for (const book of this.model.books.keys()) await this.#compareBook(book);
  }

  async #compareRun(run: ModelRun): Promise<void> {
    const real = await getExecutionRecord(run.id);
    const machine = this.world.machines.get(run.id) ?? null;
    expect({
      status: real?.execution.status,
      code: real?.execution.error?.code ?? null,
      version: real?.execution.runbookVersion,
      attempts: real?.attempts.map((a) => a.outcome),
      claimed: real?.execution.attemptsClaimed,
      kept: real?.execution.completedAt !== null && real?.execution.callDeadlineAt !== null,
      machine,
    }).toEqual({
      status: run.status,
      code: run.code,
      version: run.version,
      attempts: run.attempts.map(({ outcome }) => (outcome === "again" ? "refused" : outcome)),
      claimed: run.attempts.length,
      kept: run.kept,
      machine: run.machine,
    });
  }

  async #compareBook(book: number): Promise<void> {
    const real = await getRunbook(this.#id(book));
    const expected = this.model.books[book];
    if (!real || !expected) throw new Error("no such runbook");
    const { versions, asked, deleted, term } = expected;
    expect(real.state).toMatchObject({
      version: versions.length,
      approvalStatus: expected.status,
      liveVersion: expected.live,
      oldestLiveVersion: expected.oldestLive,
      approvalExpiresAt: term && new Date(EPOCH + term.expires * SECOND).toISOString(),
      executionsStarted: expected.started,
      activeExecutions: this.model.active(book).length,
    });
    expect(real.state.deletedAt !== null).toBe(deleted);
    const { approvals, lastApprovedVersion, reviewRequested, changesRequested } = real.summary;
    expect({
      lastApprovedVersion,
      votes: approvals.map(({ by }) => by),
      authors: real.current.authors.toSorted(),
      review: reviewRequested?.risk ?? null,
      changes: changesRequested !== null,
    }).toEqual({
      lastApprovedVersion: expected.lastApproved,
      votes: expected.votes,
      authors: versions.at(-1)?.authors.toSorted(),
      review: asked?.what === "review" && !deleted ? asked.risk : null,
      changes: asked?.what === "changes" && !deleted,
    });
  }

  #id(book: number): string {
    return this.ids[book] ?? "";
  }
}

/** What a change is asked with. `version`: the one that is meant. */
type Asked = { definition: number; version: number; by: string };

const nameRenewal = ({ term }: ModelRunbook, isBesideDraft: boolean) => {
  if (term && term.votes.length > 0) return "one of two that renew";
  return isBesideDraft ? "renewed beside a draft" : "renewed";
};

/** Days follow from the definition that is approved or renewed here, and not from an option. */
const daysOf = ({ definition: { name } }: RunbookVersion) =>
  isExpiring(Number(name.split(" ").at(-1))) ? TERM / 86_400 : 0;

async function approve(runbook: Runbook, version: number, act: Act) {
  const { live, current, summary } = runbook;
  const renewed = live && isAboutRealRenewal(runbook, version, act.at) ? live : null;
  const draftRisk = async () => (await assessDraft({ summary, version: current })).level;
  const risk = (renewed && summary.renewal?.risk) ?? (await draftRisk());
  const rules = readApprovalRules(risk, summary.teamId, PLATFORM_ADMIN);
  const vote = { version, note: null, ...rules, validity: { risk, days: daysOf(renewed ?? current) } };
  return renewed ? renewApproval(runbook, vote, act) : approveRunbook(runbook, vote, act);
}

const isRunbookAct = (act: string): act is RunbookAct => RUNBOOK_ACTS.some((known) => known === act);

async function codeOf(act: () => Promise<unknown>): Promise<string | null> {
  try {
    await act();
    return null;
  } catch (error) {
    if (error instanceof ServiceError && error.code !== "internal_error") return error.code;
    throw error;
  }
}

function defined(arg: number) {
  const limited = isLimited(arg) ? { concurrency: { limit: 1, onLimit: "queue" } as const } : {};
  return definition({
    ...{ name: `Restart ${arg}`, payloadTemplate: "{}", parameters: { type: "object", properties: {} } },
    ...limited,
    webhookUrl: isElsewhere(arg) ? "https://other.example.com/restart" : "https://hooks.example.com/restart",
    whileDraft: isKeptLive(arg) ? "run_approved" : "stop",
  });
}
