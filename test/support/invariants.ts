// Invariants that hold whenever nothing is under way, whatever happened before: checked over the whole table.

import { verifyAudit } from "../../shared/application/audit/verify-audit.ts";
import { auditPartition, KEY_ATTRIBUTES } from "../../shared/contract/table.ts";
import { AuditEntry } from "../../shared/domain/audit.ts";
import { digestOf } from "../../shared/domain/digest.ts";
import { ACTIVE_STATUSES, Attempt } from "../../shared/domain/executions/execution.ts";
import { CHANGES, TRANSITIONS } from "../../shared/domain/runbooks/approval.ts";
import { type Partition, scanPartitions } from "../../shared/store/partitions.ts";
import type { Item } from "../../shared/store/read.ts";
import { limitViolations } from "./run-limits.ts";

/** A request as a receiver saw it. */
type Seen = { headers: Record<string, string | string[] | undefined>; body: string };

type InvariantOptions = {
  /** Every request that any receiver got. */ ledger?: readonly Seen[];
  now?: Date;
  /** Every run has had the time to end: none may be PENDING or RUNNING. */ settled?: boolean;
};

/** Bytes that an item of a kind may have, by its sort key up to `#`. */
const ITEM_BYTES: Record<string, number> = {
  head: 1024,
  card: 4096,
  version: 102_400,
  execution: 4096,
  input: 65_536,
  request: 102_400,
  attempt: 65_536,
  audit: 4096,
};

/** Seconds beyond its overall timeout after which a run must have ended: two passes of the reconciler, and the time to start. */
const PATIENCE_SECONDS = 2 * 60 + 15;

/** Every violation, in words; none is what must be. */
export async function violations({ ledger = [], now = new Date(), settled = false }: InvariantOptions = {}) {
  const found: string[] = [];
  const table = new Map<string, Partition>();
  for await (const partition of scanPartitions()) {
    table.set(partition.pk, partition);
    found.push(...partition.items.flatMap(sizeOf), ...timesOf(partition));
  }
  const runs = [...table.values()].filter(({ pk }) => pk.startsWith("execution#"));
  for (const [pk, partition] of table) {
    if (pk.startsWith("runbook#")) found.push(...ofRunbook(partition, table, runs));
  }
  for (const run of runs) found.push(...ofRun(run, table, ledger, now, settled));
  const known = new Set(runs.map(({ pk }) => pk.slice("execution#".length)));
  const strangers = ledger.filter((seen) => !known.has(String(seen.headers["webhook-id"])));
  if (strangers.length > 0) found.push(`${strangers.length} requests belong to no run`);
  found.push(...limitViolations(table.values()));
  const { findings } = await verifyAudit();
  return [...found, ...findings.map((f) => `${f.chain} entry ${f.sequence}: ${f.problem}`)];
}

/** The entries of one chain, by their place, are never dated before the one that they follow. */
function timesOf({ pk, items }: Partition): string[] {
  const entries = items.filter((item) => "previousHash" in item);
  const order = entries.toSorted((a, b) => Number(a["sequence"]) - Number(b["sequence"]));
  const early = order.filter((entry, n) => String(entry["at"]) < String(order[n - 1]?.["at"] ?? ""));
  return early.map((entry) => `${pk} entry ${entry["sequence"]}: is dated before the one that it follows`);
}

const kindOf = (item: Item) => String(item["sk"]).split("#")[0] ?? "";
const itemsOf = ({ items }: Partition, kind: string) => items.filter((item) => kindOf(item) === kind);
const auditOf = ({ pk }: Partition, table: ReadonlyMap<string, Partition>) =>
  (table.get(auditPartition(pk))?.items ?? []).map((item) =>
    AuditEntry.parse(Object.fromEntries(Object.entries(item).filter(([name]) => !KEY_ATTRIBUTES.has(name)))),
  );
const versionsIn = (table: ReadonlyMap<string, Partition>, runbookId: unknown) =>
  table.get(`version#${runbookId}`)?.items ?? [];

function sizeOf(item: Item): string[] {
  const limit = ITEM_BYTES[kindOf(item)];
  const bytes = bytesOf(item);
  return limit !== undefined && bytes > limit
    ? [`${item["pk"]} ${item["sk"]} has ${bytes} bytes, more than ${limit}`]
    : [];
}

/** As DynamoDB counts: names and texts in UTF-8, numbers at their longest, three bytes for what holds others. */
function bytesOf(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number") return 21;
  if (typeof value !== "object" || value === null) return 1;
  const inner = Object.entries(value).map(([name, member]) => 1 + Buffer.byteLength(name) + bytesOf(member));
  return inner.reduce((sum, bytes) => sum + bytes, 3);
}

function ofRunbook(
  partition: Partition,
  table: ReadonlyMap<string, Partition>,
  runs: readonly Partition[],
): string[] {
  const found: string[] = [];
  const say = (text: string) => found.push(`${partition.pk}: ${text}`);
  const [head] = itemsOf(partition, "state");
  if (!head) return [`${partition.pk}: there is no head`];
  const mine = runs.map(executionOf).filter((run) => run?.["runbookId"] === head["id"]);
  const active = mine.filter(isActive).length;
  if (head["activeExecutions"] !== active) say(`counts ${head["activeExecutions"]} active runs of ${active}`);
  if (head["executionsStarted"] !== mine.length)
    say(`counts ${head["executionsStarted"]} runs of ${mine.length}`);
  if (head["deletedAt"] !== null && active > 0) say("is deleted while runs are under way");
  const versions = versionsIn(table, head["id"]).toSorted(
    (a, b) => Number(a["version"]) - Number(b["version"]),
  );
  const actions = auditOf(partition, table).map((entry) => entry.action);
  found.push(...versionsOf(partition, head, versions), ...changesOf(partition, head, versions, actions));
  found.push(...votesOf(partition, head, actions));
  return found;
}

/** Dense from 1, each as its hash says, each following from the one before by a transition that there is. */
function versionsOf(partition: Partition, head: Item, versions: readonly Item[]): string[] {
  const numbers = versions.map((v) => v["version"]);
  const dense = Array.from({ length: Number(head["version"]) }, (_, n) => n + 1);
  const found = String(numbers) === String(dense) ? [] : [`${partition.pk}: has the versions ${numbers}`];
  if (versions.at(-1)?.["approvalStatus"] !== head["approvalStatus"])
    found.push(`${partition.pk}: differs from its last version`);
  for (const [n, version] of versions.entries()) {
    const definition: unknown = JSON.parse(String(version["definition"]));
    if (digestOf("definition/1", definition) !== version["definitionHash"])
      found.push(`${partition.pk} version ${n + 1}: its definition has changed`);
    const before = versions[n - 1]?.["approvalStatus"];
    const legal = Object.values(TRANSITIONS).some(
      ({ from, to, change }) =>
        change === version["change"] && to === version["approvalStatus"] && from.some((s) => s === before),
    );
    if (n > 0 && !legal)
      found.push(`${partition.pk} version ${n + 1}: ${before} became ${version["approvalStatus"]}`);
  }
  return found;
}

const VERSION_ENTRIES: readonly string[] = CHANGES.map((change) => `runbook.${change}`);

/** One entry for each version, and for each other change of the runbook. Votes and secrets make no version. */
function changesOf(
  partition: Partition,
  head: Item,
  versions: readonly Item[],
  actions: readonly string[],
): string[] {
  const changes = versions.map((version) => `runbook.${version["change"]}`);
  const reported = actions.filter((action) => VERSION_ENTRIES.includes(action));
  const deleted = actions.filter((action) => action === "runbook.deleted").length;
  const asExpected = String(reported) === String(changes) && deleted === (head["deletedAt"] === null ? 0 : 1);
  return asExpected ? [] : [`${partition.pk}: its audit has ${actions} of the versions ${changes}`];
}

/** A draft has the votes that were given since its version was made, no more and no less. */
function votesOf(partition: Partition, head: Item, actions: readonly string[]): string[] {
  if (head["approvalStatus"] !== "DRAFT") return [];
  const made = actions.findLastIndex((action) => VERSION_ENTRIES.includes(action));
  const given = actions.slice(made).filter((action) => action === "runbook.approval_given").length;
  const kept = [itemsOf(partition, "summary")[0]?.["approvals"]].flat().length;
  return kept === given ? [] : [`${partition.pk}: has ${kept} votes, and its audit ${given}`];
}

const executionOf = (partition: Partition) => itemsOf(partition, "execution")[0];
const isActive = (run: Item | undefined) => ACTIVE_STATUSES.some((status) => status === run?.["status"]);

const PATH: Record<string, RegExp> = {
  PENDING: /^requested$/,
  RUNNING: /^requested started$/,
  SUCCESS: /^requested started succeeded$/,
  FAILED: /^requested( started)? failed$/,
  CANCELLED: /^requested( started)? cancelled$/,
};

/** Entries about anything but a change of status. */
const ASIDE = /^execution\.(requested|started|succeeded|failed|cancelled)$/;

function ofRun(
  partition: Partition,
  table: ReadonlyMap<string, Partition>,
  ledger: readonly Seen[],
  now: Date,
  settled: boolean,
): string[] {
  const found: string[] = [];
  const say = (text: string) => found.push(`${partition.pk}: ${text}`);
  const run = executionOf(partition);
  if (!run) return [`${partition.pk}: has no header`];
  const status = String(run["status"]);
  const path = auditOf(partition, table)
    .map((entry) => entry.action)
    .filter((action) => ASIDE.test(action))
    .map((action) => action.slice("execution.".length));
  if (!PATH[status]?.test(path.join(" "))) say(`is ${status}, and its audit tells ${path}`);
  if (stateListOf(run) !== String(run["stateList"]).split("#")[0])
    say(`is ${status}, and the index by state says otherwise`);
  if (isActive(run) !== (run["completedAt"] === null))
    say(`is ${status}, completed at ${run["completedAt"]}`);
  if (isActive(run) && (settled || isOverdue(run, now))) say(`is still ${status}`);
  found.push(...ofTeams(partition, run, table));
  const version = versionsIn(table, run["runbookId"]).find(
    (item) => item["version"] === run["runbookVersion"],
  );
  if (version?.["approvalStatus"] !== "APPROVED") say("is a run of a version that was never approved");
  const seen = ledger.filter((request) => request.headers["webhook-id"] === run["id"]);
  found.push(...ofCalls(partition, run, version, seen, { now, settled }));
  return found;
}

function ofCalls(
  partition: Partition,
  run: Item,
  version: Item | undefined,
  seen: readonly Seen[],
  { now, settled }: { now: Date; settled: boolean },
): string[] {
  const found: string[] = [];
  const say = (text: string) => found.push(`${partition.pk}: ${text}`);
  const attempts = itemsOf(partition, "attempt");
  const policy: { retryPolicy?: { maxAttempts: number } } = JSON.parse(
    String(version?.["definition"] ?? "{}"),
  );
  if (attempts.length > (policy.retryPolicy?.maxAttempts ?? 3)) say(`has ${attempts.length} attempts`);
  if (seen.length > attempts.length) say(`called ${seen.length} times in ${attempts.length} attempts`);
  if (new Set(seen.map((request) => request.body)).size > 1) say("sent different bytes");
  if (seen.length > 0 && run["startedAt"] === null) say("called without having begun");
  const code: unknown = Object(run["error"])["code"];
  const isUnapproved = code === "runbook_not_approved" || code === "approval_expired";
  if (isUnapproved && seen.length > 0) say("called although nothing approved it any more");
  const delivered = attempts.some((attempt) => attempt["outcome"] === "delivered");
  const byResponse = run["callbackTimeoutSeconds"] === undefined;
  // The content of a callback is checked by `limitViolations`: it may come before the answer to the call does.
  if (byResponse && run["status"] === "SUCCESS" && !delivered) say("succeeded without a delivery");
  const inTime = attempts.filter((attempt) => attempt["executionEnded"] !== true);
  if (byResponse && !isActive(run) && run["status"] !== "SUCCESS")
    if (inTime.some((attempt) => attempt["outcome"] === "delivered"))
      say(`is ${run["status"]} although its receiver accepted the call`);
  return [...found, ...ofWords(run, attempts, seen), ...ofOpenCalls(run, attempts, now, settled)];
}

/** Says that nothing was sent, and that no more will be. */
const DENIAL = /Nothing (was sent|reached the receiver)/;

/** What the end says of the receiver is what the receiver says. */
function ofWords(run: Item, attempts: readonly Item[], seen: readonly Seen[]): string[] {
  const message = String(Object(run["error"])["message"] ?? "");
  const denies = DENIAL.test(message);
  const untouched = attempts.every(
    (attempt) => attempt["outcome"] === "failed" && attempt["executionEnded"] !== true,
  );
  const found: string[] = [];
  const say = (text: string) => found.push(`${run["id"]}: ${text}`);
  if (denies && seen.length > 0) say(`was called ${seen.length} times, and says: ${message}`);
  if (run["status"] === "CANCELLED" && untouched !== denies)
    say(`has ended before a call, or not, and says: ${message}`);
  if (attempts.some((attempt) => startOf(attempt) > String(run["completedAt"] ?? "~")))
    say("began a call after its end");
  if (String(run["completedAt"] ?? "~") < String(run["startedAt"] ?? "")) say("ended before it began");
  return found;
}

/** A team's runbook runs for its team, an incident's run for the incident's; the audit names both scopes. */
function ofTeams(partition: Partition, run: Item, table: ReadonlyMap<string, Partition>): string[] {
  const found: string[] = [];
  const say = (text: string) => found.push(`${partition.pk}: ${text}`);
  const { teamId, ranForTeamId } = run;
  if (ranForTeamId === undefined) say("belongs to nobody");
  if (teamId !== null && ranForTeamId !== teamId) say(`of the team ${teamId} was run for ${ranForTeamId}`);
  const [input] = itemsOf(partition, "input");
  const incident: unknown = JSON.parse(String(input?.["incident"] ?? "null"));
  const incidentTeam: unknown = Object(incident)["teamId"];
  if (teamId === null && incident !== null && ranForTeamId !== incidentTeam)
    say(`for an incident of ${incidentTeam} was run for ${ranForTeamId}`);
  const strange = auditOf(partition, table).filter(
    (entry) => entry.teamId !== teamId || entry.ranForTeamId !== ranForTeamId,
  );
  if (strange.length > 0) say(`${strange.length} entries of its audit are of another team`);
  return found;
}

const startOf = (attempt: Item) => Attempt.parse(JSON.parse(String(attempt["attempt"]))).startedAt;

/** One call at a time; one that outlives its run is waited for, and nothing is kept for one that is over. */
function ofOpenCalls(run: Item, attempts: readonly Item[], now: Date, settled: boolean): string[] {
  const found: string[] = [];
  const say = (text: string) => found.push(`${run["id"]}: ${text}`);
  const open = attempts.filter((attempt) => attempt["outcome"] === "in_progress");
  if (run["attemptsClaimed"] !== attempts.length)
    say(`counts ${run["attemptsClaimed"]} attempts of ${attempts.length}`);
  if (open.length > 1) say(`has ${open.length} open attempts`);
  if (isActive(run)) return found;
  if (open.length > 0 && !isCallKept(run)) say("has ended, and an attempt looks as if it were going on");
  if (isCallKept(run) && (settled || isOver(run["callDeadlineAt"], now)))
    say("still waits for its last call");
  return found;
}

/** The kind of list by state that a run belongs in; `undefined`, as text, after a success. */
function stateListOf(run: Item): string {
  if (isActive(run) || isCallKept(run)) return "active-executions";
  return run["status"] === "SUCCESS" ? "undefined" : "unsuccessful-executions";
}

/** It has ended, and its last call may be under way. */
const isCallKept = (run: Item) => !isActive(run) && run["callDeadlineAt"] !== null;
const isOver = (deadline: unknown, now: Date) =>
  now.getTime() > Date.parse(String(deadline)) + PATIENCE_SECONDS * 1000;

/** Nobody knows how long a run in a queue has to wait. */
const isQueued = (run: Item) =>
  run["status"] === "PENDING" && typeof Object(run["concurrency"])["queuedAt"] === "string";

function isOverdue(run: Item, now: Date): boolean {
  if (isQueued(run)) return false;
  const seconds = PATIENCE_SECONDS + Number(run["callbackTimeoutSeconds"] ?? 0);
  return now.getTime() > Date.parse(String(run["deadlineAt"] ?? run["createdAt"])) + seconds * 1000;
}
