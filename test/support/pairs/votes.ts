// Pairs about votes, where each approval needs two people: a vote meets another, an edit, a start, or a withdrawal.
import type { ApiAnswer } from "../api.ts";
import { type Meeting, meeting, wroteAfterOther } from "../interleavings.ts";
import { idOf } from "../library.ts";
import * as act from "./actors.ts";
import { ADMIN, count, good, SECOND, say } from "./actors.ts";
import {
  besideDraft,
  besideHalfApproved,
  drafted,
  edit,
  firstVote,
  halfApproved,
  lastVote,
  shown,
  shownIn,
  stands,
  THIRD,
} from "./two-votes.ts";

const refusedFor = (answer: ApiAnswer, code: string) =>
  say(
    `refused with ${answer.status} ${answer.problem?.code}`,
    !good(answer) && answer.problem?.code !== code,
  );
const bothRefused = (one: ApiAnswer, other: ApiAnswer) =>
  say("both were refused", !good(one) && !good(other));
const oneRefused = (one: ApiAnswer, other: ApiAnswer) =>
  say("one of them was refused", !good(one) || !good(other));

const VOTES: Meeting[] = [
  meeting({
    name: "vote ∥ vote",
    prepare: drafted,
    one: ({ id }) => firstVote(id, 1),
    other: ({ id }) => lastVote(id, 1),
    contradictions: async ({ id }, one, other) => {
      if (!good(one) || !good(other)) return oneRefused(one, other);
      const actions = (await act.auditOf(id)).map(({ action }) => action);
      const approving = [one, other].filter((answer) => shownIn(answer).approvalStatus === "APPROVED");
      return [
        ...say(`${approving.length} of the two have approved`, approving.length !== 1),
        ...say(
          "not one vote is on record",
          actions.filter((a) => a === "runbook.approval_given").length !== 1,
        ),
        ...say("not one approval is on record", actions.filter((a) => a === "runbook.approved").length !== 1),
        ...(await stands(id, { version: 2, live: 2, voters: [SECOND, THIRD] })),
      ];
    },
  }),
  meeting({
    name: "vote ∥ the same vote",
    prepare: drafted,
    one: ({ id }) => firstVote(id, 1),
    other: ({ id }) => firstVote(id, 1),
    contradictions: async ({ id }, one, other) => [
      ...oneRefused(one, other),
      ...(await stands(id, { version: 1, live: null, voters: [SECOND] })),
    ],
  }),
  meeting({
    name: "the last vote ∥ one vote too many",
    prepare: halfApproved,
    one: ({ id }) => lastVote(id, 1),
    other: ({ id }) => act.approve(id, 1, { sub: "fourth-admin", groups: ["platform-admin"] }),
    contradictions: async ({ id }, one, other) => {
      const { approvals, version, liveVersion } = await shown(id);
      return [
        ...say("not exactly one has approved", count([one, other], 200) !== 1),
        ...say(
          `${approvals.length} votes approved version ${version}`,
          approvals.length !== 2 || version !== 2,
        ),
        ...say(`version ${liveVersion} is live`, liveVersion !== 2),
      ];
    },
  }),
  meeting({
    name: "vote ∥ rotate the signing secret",
    prepare: drafted,
    one: ({ id }) => firstVote(id, 1),
    other: ({ id }) => act.rotate(id),
    contradictions: async ({ id }, one) => [
      ...say(`the vote was refused with ${one.status} ${one.problem?.code}`, !good(one)),
      ...(await stands(id, { version: 1, live: null, voters: [SECOND] })),
    ],
  }),
  meeting({
    name: "read ∥ the last vote",
    prepare: halfApproved,
    one: ({ id }) => act.read(id),
    other: ({ id }) => lastVote(id, 1),
    contradictions: (_, one) => {
      const { version, approvalStatus, liveVersion, approvals } = shownIn(one);
      const facts = `${version} ${approvalStatus} ${liveVersion} ${approvals.length}`;
      return say(`torn: ${facts}`, facts !== "1 DRAFT null 1" && facts !== "2 APPROVED 2 2");
    },
  }),
];

const EDITS: Meeting[] = [
  meeting({
    name: "vote ∥ edit",
    prepare: drafted,
    one: ({ id }) => firstVote(id, 1),
    other: ({ id }) => edit(id),
    contradictions: async ({ id }, one, other) => [
      ...bothRefused(one, other),
      ...refusedFor(one, "version_conflict"),
      ...(await stands(
        id,
        good(other) ? { version: 2, live: null, voters: [] } : { version: 1, live: null, voters: [SECOND] },
      )),
    ],
  }),
  meeting({
    name: "the last vote ∥ edit",
    prepare: halfApproved,
    one: ({ id }) => lastVote(id, 1),
    other: ({ id }) => edit(id),
    contradictions: async ({ id }, one, other) => [
      ...bothRefused(one, other),
      ...refusedFor(one, "version_conflict"),
      ...(await stands(id, {
        version: 1 + count([one, other], 200),
        live: good(one) ? 2 : null,
        voters: good(other) ? [] : [SECOND, THIRD],
      })),
    ],
  }),
];

const STARTS: Meeting[] = [
  meeting({
    name: "start ∥ vote",
    prepare: drafted,
    one: ({ id }) => act.start(id),
    other: ({ id }) => firstVote(id, 1),
    contradictions: async ({ id }, one, other) => [
      ...say(`the vote was refused with ${other.status}`, !good(other)),
      ...say(`a start by half a quorum: ${one.status}`, one.problem?.code !== "runbook_not_approved"),
      ...say("refused, and there is a run", (await act.runsOf(id)).length > 0),
    ],
  }),
  meeting({
    name: "start ∥ the last vote",
    prepare: halfApproved,
    one: ({ id }) => act.start(id),
    other: ({ id }) => lastVote(id, 1),
    contradictions: async ({ id }, one, other, calls) => [
      ...say(`the vote was refused with ${other.status}`, !good(other)),
      ...refusedFor(one, "runbook_not_approved"),
      ...say("refused, and there is a run", !good(one) && (await act.runsOf(id)).length > 0),
      ...say(
        "started before the last vote",
        good(one) && !wroteAfterOther(calls, "one", /^TransactWriteItems\(.*execution/),
      ),
      ...(good(one) ? await ranAs(idOf(one), [2]) : []),
    ],
  }),
  meeting({
    name: "start ∥ vote beside what is live",
    prepare: besideDraft,
    one: ({ id }) => act.start(id),
    other: ({ id }) => firstVote(id, 3),
    contradictions: async (_, one, other) => [
      ...oneRefused(one, other),
      ...(good(one) ? await ranAs(idOf(one), [2]) : []),
    ],
  }),
  meeting({
    name: "start ∥ the last vote beside what is live",
    prepare: besideHalfApproved,
    one: ({ id }) => act.start(id),
    other: ({ id }) => lastVote(id, 3),
    contradictions: async (_, one, other) => [
      ...oneRefused(one, other),
      ...(good(one) ? await ranAs(idOf(one), [2, 4]) : []),
    ],
  }),
];

/** Carries the run out, and holds what it sent against its version: 4 is the first that may send the new payload. */
async function ranAs(executionId: string, allowed: readonly number[]): Promise<string[]> {
  await act.carryOut(executionId);
  const { status, runbookVersion } = await act.executionOf(executionId);
  const sent = act.bodiesOf(executionId).map((body) => body.includes("unreviewed"));
  return [
    ...say(`the run is ${status}`, status !== "SUCCESS"),
    ...say(`the run is of version ${runbookVersion}`, !allowed.includes(runbookVersion)),
    ...say("it sent what another version says", String(sent) !== String([runbookVersion === 4])),
  ];
}

const WITHDRAWALS: Meeting[] = [
  meeting({
    name: "vote ∥ withdraw",
    prepare: besideDraft,
    one: ({ id }) => firstVote(id, 3),
    other: ({ id }) => act.withdraw(id, ADMIN),
    contradictions: async ({ id }, one, other) => [
      ...say(`the withdrawal was refused with ${other.status}`, !good(other)),
      ...refusedFor(one, "version_conflict"),
      ...(await stands(id, { version: 4, live: null, voters: [] })),
    ],
  }),
  meeting({
    name: "the last vote ∥ withdraw",
    prepare: besideHalfApproved,
    one: ({ id }) => lastVote(id, 3),
    other: ({ id }) => act.withdraw(id, ADMIN),
    contradictions: async ({ id }, one, other) => [
      ...bothRefused(one, other),
      ...refusedFor(one, "version_conflict"),
      ...(await stands(id, {
        version: 3 + count([one, other], 200),
        live: good(other) ? null : 4,
        voters: good(other) ? [] : [SECOND, THIRD],
      })),
    ],
  }),
];

export const VOTE_PAIRS: readonly Meeting[] = [...VOTES, ...EDITS, ...STARTS, ...WITHDRAWALS];
