// Pairs about an approval that expires after a day: the day passes, or somebody renews it, while another starts, begins,
// edits, votes, withdraws or announces.
import { vi } from "vitest";
import { RunbookView } from "../../../shared/domain/runbooks/runbook.ts";
import { type ApiAnswer, callFunction } from "../api.ts";
import { type Meeting, meeting, wroteAfterOther } from "../interleavings.ts";
import { idOf } from "../library.ts";
import * as act from "./actors.ts";
import { ADMIN, count, good, SECOND, say } from "./actors.ts";
import { THIRD } from "./two-votes.ts";

/** One person approves any change, for a day. */
export const ONE_DAY = { APPROVALS_REQUIRED: "low=1", APPROVAL_VALID_DAYS: "low=1,medium=1,high=1" };
const DAY_MS = 86_400_000;

const UNREVIEWED = { payloadTemplate: '{"unreviewed":"{{params.service}}"}' };
const EXECUTION_WRITE = /^TransactWriteItems\(.*execution/;

/** Time passes at once, at no border. Only this moves the clock. */
async function pass(ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
}
/** The last second of a term. A day within a request would be more than any client waits. */
const expire = () => pass(1000);
const renew = (runbookId: string, as = SECOND) => act.approve(runbookId, 2, as);
const announce = () => callFunction("events/sweep", {});

/** Approved at version 2, and live for a day. */
const live = async (changes: object = {}) => ({ runbookId: await act.approved(changes) });
const kept = () => live({ whileDraft: "run_approved" });
async function expired(prepare = live) {
  const made = await prepare();
  await pass(DAY_MS);
  return made;
}
/** It expires in a second. */
async function expiring<T>(prepare: () => Promise<T>): Promise<T> {
  const made = await prepare();
  await pass(DAY_MS - 1000);
  return made;
}
/** Half of the term is over, so that it can be renewed. */
async function renewable(prepare = live) {
  const made = await prepare();
  await pass(0.75 * DAY_MS);
  return made;
}
async function withRun() {
  const { runbookId } = await live();
  return { runbookId, id: idOf(await act.start(runbookId)) };
}
async function cancelledRun() {
  const made = await withRun();
  await act.cancel(made.id);
  return made;
}
async function besideDraft() {
  const { runbookId } = await kept();
  await act.update(runbookId, UNREVIEWED);
  return { runbookId };
}

const stateOf = async (runbookId: string) => {
  const { version, liveVersion, approvalExpiresAt } = Object(
    RunbookView.partial()
      .loose()
      .parse((await act.read(runbookId)).body),
  );
  return { version, liveVersion, approvalExpiresAt };
};
/** Hours until the approval expires; null: nothing expires. */
async function hoursLeft(runbookId: string): Promise<number | null> {
  const { approvalExpiresAt } = await stateOf(runbookId);
  return approvalExpiresAt === null ? null : (Date.parse(approvalExpiresAt) - Date.now()) / 3_600_000;
}
async function actionsOf(runbookId: string): Promise<string[]> {
  const own = (await act.auditOf(runbookId)).filter(({ executionId }) => executionId === null);
  return own.toSorted((a, b) => a.sequence - b.sequence).map(({ action }) => action);
}
const timesIn = (actions: readonly string[], action: string) =>
  actions.filter((one) => one === action).length;

const refusedFor = (answer: ApiAnswer, ...codes: string[]) =>
  say(
    `refused with ${answer.status} ${answer.problem?.code}`,
    !good(answer) && !codes.includes(String(answer.problem?.code)),
  );

/** A run by an approval that has expired meanwhile is not sent, and says why. */
async function endsUnsent(id: string): Promise<string[]> {
  await act.carryOut(id);
  const { status, error } = await act.executionOf(id);
  return [
    ...say(`the run is ${status} for ${error?.code}`, error?.code !== "approval_expired"),
    ...say("the receiver was called", act.callsOf(id) > 0),
  ];
}

const STARTS: Meeting[] = [
  meeting({
    name: "start ∥ the approval expires",
    short: true,
    prepare: () => expiring(live),
    one: ({ runbookId }) => act.start(runbookId),
    other: expire,
    contradictions: async ({ runbookId }, one) => [
      ...refusedFor(one, "approval_expired"),
      ...say("refused, and there is a run", !good(one) && (await act.runsOf(runbookId)).length > 0),
      ...(good(one) ? await endsUnsent(idOf(one)) : []),
    ],
  }),
  meeting({
    name: "rerun ∥ the approval expires",
    prepare: () => expiring(cancelledRun),
    one: ({ id }) => act.rerun(id),
    other: expire,
    contradictions: async (_, one) => [
      ...refusedFor(one, "approval_expired"),
      ...(good(one) ? await endsUnsent(idOf(one)) : []),
    ],
  }),
  meeting({
    name: "start ∥ renewal of what has expired",
    short: true,
    prepare: () => expired(),
    one: ({ runbookId }) => act.start(runbookId),
    other: ({ runbookId }) => renew(runbookId),
    contradictions: async ({ runbookId }, one, other, calls) => [
      ...say(`the renewal was refused with ${other.status}`, !good(other)),
      ...refusedFor(one, "approval_expired"),
      ...say("refused, and there is a run", !good(one) && (await act.runsOf(runbookId)).length > 0),
      ...say("started before the renewal", good(one) && !wroteAfterOther(calls, "one", EXECUTION_WRITE)),
    ],
  }),
];

const BEGINNINGS: Meeting[] = [
  meeting({
    name: "begin ∥ the approval expires",
    short: true,
    prepare: () => expiring(withRun),
    one: ({ id }) => act.deliver(id),
    other: expire,
    contradictions: async ({ id, runbookId }, one) => {
      const { startedAt } = await act.executionOf(id);
      const { approvalExpiresAt } = await stateOf(runbookId);
      const isRefused = one.refusal !== undefined;
      return [
        ...say(`refused for ${one.refusal?.code}`, isRefused && one.refusal?.code !== "approval_expired"),
        ...say("not begun, and the receiver was called", isRefused && act.callsOf(id) > 0),
        ...say("not begun, and not refused", !isRefused && startedAt === null),
        ...say("begun when it had expired", startedAt !== null && startedAt >= approvalExpiresAt),
      ];
    },
  }),
  meeting({
    name: "begin ∥ renewal of what has expired",
    short: true,
    prepare: async () => {
      const made = await withRun();
      await pass(DAY_MS);
      return made;
    },
    one: ({ id }) => act.deliver(id),
    other: ({ runbookId }) => renew(runbookId),
    contradictions: ({ id }, one, other, calls) => {
      const isRefused = one.refusal !== undefined;
      return [
        ...say(`the renewal was refused with ${other.status}`, !good(other)),
        ...say(`refused for ${one.refusal?.code}`, isRefused && one.refusal?.code !== "approval_expired"),
        ...say("not begun, and the receiver was called", isRefused && act.callsOf(id) > 0),
        ...say("begun before the renewal", !isRefused && !wroteAfterOther(calls, "one", EXECUTION_WRITE)),
      ];
    },
  }),
];

const CHANGES: Meeting[] = [
  meeting({
    name: "renewal ∥ edit",
    prepare: () => renewable(),
    one: ({ runbookId }) => renew(runbookId),
    other: ({ runbookId }) => act.update(runbookId, UNREVIEWED),
    contradictions: async ({ runbookId }, one, other) => {
      const { liveVersion } = await stateOf(runbookId);
      return [
        ...say("both were refused", !good(one) && !good(other)),
        ...refusedFor(one, "version_conflict"),
        ...refusedFor(other, "version_conflict"),
        ...say(`version ${liveVersion} is live`, liveVersion !== (good(other) ? null : 2)),
        ...say("nothing is live, and it expires", good(other) && (await hoursLeft(runbookId)) !== null),
      ];
    },
  }),
  meeting({
    name: "renewal ∥ edit beside what is live",
    short: true,
    prepare: () => renewable(kept),
    one: ({ runbookId }) => renew(runbookId),
    other: ({ runbookId }) => act.update(runbookId, UNREVIEWED),
    contradictions: async ({ runbookId }, one, other) => {
      const { version, liveVersion } = await stateOf(runbookId);
      return [
        ...say(`the renewal was refused with ${one.status}`, !good(one)),
        ...refusedFor(other, "version_conflict"),
        ...say(`version ${version} is current`, version !== (good(other) ? 3 : 2)),
        ...say(`version ${liveVersion} is live`, liveVersion !== 2),
        ...say("it was not renewed", (await hoursLeft(runbookId)) !== 24),
      ];
    },
  }),
  meeting({
    name: "renewal ∥ withdraw",
    prepare: () => renewable(),
    one: ({ runbookId }) => renew(runbookId),
    other: ({ runbookId }) => act.withdraw(runbookId, ADMIN),
    contradictions: async ({ runbookId }, one, other) => {
      const { liveVersion } = await stateOf(runbookId);
      return [
        ...say("both were refused", !good(one) && !good(other)),
        ...refusedFor(one, "version_conflict"),
        ...say(`version ${liveVersion} is live`, liveVersion !== (good(other) ? null : 2)),
        ...say("nothing is live, and it expires", good(other) && (await hoursLeft(runbookId)) !== null),
      ];
    },
  }),
  meeting({
    name: "renewal ∥ renewal by another",
    prepare: () => renewable(),
    one: ({ runbookId }) => renew(runbookId, THIRD),
    other: ({ runbookId }) => renew(runbookId, SECOND),
    contradictions: async ({ runbookId }, one, other) => [
      ...say("not exactly one has renewed it", count([one, other], 200) !== 1),
      ...refusedFor(one, "invalid_transition", "version_conflict"),
      ...refusedFor(other, "invalid_transition", "version_conflict"),
      ...say(
        "not one renewal is on record",
        timesIn(await actionsOf(runbookId), "runbook.approval_renewed") !== 1,
      ),
    ],
  }),
  meeting({
    name: "renewal ∥ the same renewal",
    prepare: () => renewable(),
    one: ({ runbookId }) => renew(runbookId),
    other: ({ runbookId }) => renew(runbookId),
    contradictions: async ({ runbookId }, one, other) => [
      ...say("one of them was refused", count([one, other], 200) !== 2),
      ...say(
        "not one renewal is on record",
        timesIn(await actionsOf(runbookId), "runbook.approval_renewed") !== 1,
      ),
    ],
  }),
  meeting({
    name: "vote ∥ the live approval expires",
    prepare: () => expiring(besideDraft),
    one: ({ runbookId }) => act.approve(runbookId, 3, SECOND),
    other: expire,
    contradictions: async ({ runbookId }, one) => {
      const { liveVersion, approvalExpiresAt } = await stateOf(runbookId);
      const { approvedAt } = Object(one.body);
      return [
        ...say(`the vote was refused with ${one.status}`, !good(one)),
        ...say(`version ${liveVersion} is live`, liveVersion !== 4),
        ...say(
          `approved at ${approvedAt} until ${approvalExpiresAt}`,
          Date.parse(approvalExpiresAt) - Date.parse(approvedAt) !== DAY_MS,
        ),
      ];
    },
  }),
];

const EXPIRED = "runbook.approval_expired";
const ANNOUNCEMENTS: Meeting[] = [
  meeting({
    name: "announcement ∥ announcement",
    short: true,
    prepare: () => expired(),
    one: announce,
    other: announce,
    contradictions: async ({ runbookId }) => {
      const before = timesIn(await actionsOf(runbookId), EXPIRED);
      await announce();
      const after = timesIn(await actionsOf(runbookId), EXPIRED);
      return say(`announced ${before} times, then ${after}`, before !== 1 || after !== 1);
    },
  }),
  meeting({
    name: "announcement ∥ renewal",
    short: true,
    prepare: () => expired(),
    one: announce,
    other: ({ runbookId }) => renew(runbookId),
    contradictions: async ({ runbookId }, _, other) => {
      await announce();
      await announce();
      const actions = await actionsOf(runbookId);
      const [renewed, told] = ["runbook.approval_renewed", EXPIRED].map((one) => actions.indexOf(one));
      return [
        ...say(`the renewal was refused with ${other.status}`, !good(other)),
        ...say(`announced ${timesIn(actions, EXPIRED)} times`, timesIn(actions, EXPIRED) > 1),
        ...say("announced after it was renewed", (told ?? 0) > (renewed ?? 0)),
        ...say(
          "what expires soon again is not announced once",
          timesIn(actions, "runbook.approval_expires_soon") !== 1,
        ),
      ];
    },
  }),
  meeting({
    name: "announcement ∥ withdraw",
    prepare: () => expired(),
    one: announce,
    other: ({ runbookId }) => act.withdraw(runbookId, ADMIN),
    contradictions: async ({ runbookId }, _, other) => {
      await announce();
      const actions = await actionsOf(runbookId);
      const withdrawn = actions.indexOf("runbook.withdrawn");
      return [
        ...refusedFor(other, "version_conflict"),
        ...say(`announced ${timesIn(actions, EXPIRED)} times`, timesIn(actions, EXPIRED) > 1),
        ...say("announced of what is not live", good(other) && actions.indexOf(EXPIRED) > withdrawn),
      ];
    },
  }),
];

export const EXPIRY_PAIRS: readonly Meeting[] = [...STARTS, ...BEGINNINGS, ...CHANGES, ...ANNOUNCEMENTS];
