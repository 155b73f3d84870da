// Pairs about reviews, where each approval needs two people: what is asked for meets votes, edits, withdrawals and reads.
import * as z from "zod";
import { type ApiAnswer, ask } from "../api.ts";
import { type Meeting, meeting, readAfterOther } from "../interleavings.ts";
import * as act from "./actors.ts";
import { ADMIN, good, SECOND, say } from "./actors.ts";
import { besideDraft, drafted, edit, firstVote, halfApproved, lastVote, stands, THIRD } from "./two-votes.ts";

const Asked = z.looseObject({ reviewRequested: z.unknown(), changesRequested: z.unknown() });
const Listed = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })) });

const REQUESTS = ["runbook.review_requested", "runbook.changes_requested"];
/** Each makes a version, so that nothing is asked for any more. */
const ENDS = ["runbook.created", "runbook.updated", "runbook.approved", "runbook.withdrawn"];

/** What is asked for is what the audit says last; the list has the runbook while it waits. */
async function isAsAudited(runbookId: string): Promise<string[]> {
  const { reviewRequested, changesRequested } = Asked.parse((await act.read(runbookId)).body);
  const query = { awaitingReview: "true", limit: "100" };
  const listed = Listed.parse((await ask("list-runbooks", { query })).body).items.some(
    ({ id }) => id === runbookId,
  );
  const actions = await actionsOf(runbookId);
  const last = actions.findLast((action) => [...REQUESTS, ...ENDS].includes(action));
  return [
    ...say(`a review is asked for, after ${last}`, (reviewRequested !== null) !== (last === REQUESTS[0])),
    ...say(`changes are asked for, after ${last}`, (changesRequested !== null) !== (last === REQUESTS[1])),
    ...say(
      listed ? "it is listed, and nobody asked" : "it waits, and is not listed",
      listed !== (reviewRequested !== null),
    ),
  ];
}

async function actionsOf(runbookId: string): Promise<string[]> {
  const entries = await act.auditOf(runbookId);
  return entries.toSorted((a, b) => a.sequence - b.sequence).map(({ action }) => action);
}

/** An answer of 200 is one entry, any other none. */
async function isRecorded(runbookId: string, action: string, answer: ApiAnswer): Promise<string[]> {
  const found = (await actionsOf(runbookId)).filter((each) => each === action).length;
  return say(`answered ${answer.status}, and recorded ${found} times`, found !== (good(answer) ? 1 : 0));
}

const refusedFor = (answer: ApiAnswer, ...codes: string[]) =>
  say(
    `refused with ${answer.status} ${answer.problem?.code}`,
    !good(answer) && !codes.includes(answer.problem?.code ?? ""),
  );
const notRefused = (what: string, answer: ApiAnswer) =>
  say(`${what} was refused with ${answer.status} ${answer.problem?.code}`, !good(answer));
const bothRefused = (one: ApiAnswer, other: ApiAnswer) =>
  say("both were refused", !good(one) && !good(other));

const FOR_REVIEW: Meeting[] = [
  meeting({
    name: "request for a review ∥ edit",
    prepare: drafted,
    one: ({ id }) => act.requestReview(id, 1),
    other: ({ id }) => edit(id),
    contradictions: async ({ id }, one, other) => [
      ...bothRefused(one, other),
      ...refusedFor(one, "version_conflict"),
      ...refusedFor(other, "version_conflict"),
      ...(await isRecorded(id, "runbook.review_requested", one)),
      ...(await isAsAudited(id)),
      ...(await stands(id, { version: good(other) ? 2 : 1, live: null, voters: [] })),
    ],
  }),
  meeting({
    name: "request for a review ∥ vote",
    prepare: drafted,
    one: ({ id }) => act.requestReview(id, 1),
    other: ({ id }) => firstVote(id, 1),
    contradictions: async ({ id }, one, other) => [
      ...notRefused("the request", one),
      ...notRefused("the vote", other),
      ...(await isRecorded(id, "runbook.review_requested", one)),
      ...(await isAsAudited(id)),
      ...(await stands(id, { version: 1, live: null, voters: [SECOND] })),
    ],
  }),
  meeting({
    name: "request for a review ∥ the last vote",
    prepare: halfApproved,
    one: ({ id }) => act.requestReview(id, 1),
    other: ({ id }) => lastVote(id, 1),
    contradictions: async ({ id }, one, other) => [
      ...notRefused("the vote", other),
      ...refusedFor(one, "version_conflict", "invalid_transition"),
      ...(await isRecorded(id, "runbook.review_requested", one)),
      ...(await isAsAudited(id)),
      ...(await stands(id, { version: 2, live: 2, voters: [SECOND, THIRD] })),
    ],
  }),
  meeting({
    name: "request for a review ∥ withdraw",
    prepare: besideDraft,
    one: ({ id }) => act.requestReview(id, 3),
    other: ({ id }) => act.withdraw(id, ADMIN),
    contradictions: async ({ id }, one, other) => [
      ...notRefused("the withdrawal", other),
      ...refusedFor(one, "version_conflict"),
      ...(await isRecorded(id, "runbook.review_requested", one)),
      ...(await isAsAudited(id)),
      ...(await stands(id, { version: 4, live: null, voters: [] })),
    ],
  }),
];

const FOR_CHANGES: Meeting[] = [
  meeting({
    name: "request for changes ∥ a request for a review",
    prepare: drafted,
    one: ({ id }) => act.requestChanges(id, 1),
    other: ({ id }) => act.requestReview(id, 1),
    contradictions: async ({ id }, one, other, calls) => {
      const actions = await actionsOf(id);
      const takesBack =
        actions.indexOf("runbook.changes_requested") < actions.indexOf("runbook.review_requested");
      return [
        ...notRefused("the no", one),
        ...refusedFor(other, "version_conflict"),
        ...say(
          "a no was taken back by somebody who had not seen it",
          good(other) && takesBack && !readAfterOther(calls, "other"),
        ),
        ...(await isRecorded(id, "runbook.changes_requested", one)),
        ...(await isRecorded(id, "runbook.review_requested", other)),
        ...(await isAsAudited(id)),
      ];
    },
  }),
  meeting({
    name: "request for changes ∥ edit",
    prepare: drafted,
    one: ({ id }) => act.requestChanges(id, 1),
    other: ({ id }) => edit(id),
    contradictions: async ({ id }, one, other) => [
      ...bothRefused(one, other),
      ...refusedFor(one, "version_conflict"),
      ...refusedFor(other, "version_conflict"),
      ...(await isRecorded(id, "runbook.changes_requested", one)),
      ...(await isAsAudited(id)),
      ...(await stands(id, { version: good(other) ? 2 : 1, live: null, voters: [] })),
    ],
  }),
  ...(
    [
      ["vote", drafted, firstVote, { version: 1, live: null, voters: [SECOND] }, "runbook.approval_given"],
      [
        "the last vote",
        halfApproved,
        lastVote,
        { version: 2, live: 2, voters: [SECOND, THIRD] },
        "runbook.approved",
      ],
    ] as const
  ).map(([name, prepare, vote, voted, action]) =>
    meeting({
      name: `request for changes ∥ ${name}`,
      prepare,
      one: ({ id }) => act.requestChanges(id, 1),
      other: ({ id }) => vote(id, 1),
      contradictions: async ({ id }, one, other, calls) => {
        const actions = await actionsOf(id);
        const isAfterNo = actions.indexOf("runbook.changes_requested") < actions.lastIndexOf(action);
        const before = { version: 1, live: null, voters: name === "vote" ? [] : [SECOND] };
        return [
          ...bothRefused(one, other),
          ...refusedFor(one, "version_conflict", "invalid_transition"),
          ...refusedFor(other, "version_conflict"),
          ...say(
            "a vote counts after a no that its author has not seen",
            good(one) && good(other) && isAfterNo && !readAfterOther(calls, "other"),
          ),
          ...(await isRecorded(id, "runbook.changes_requested", one)),
          ...(await isAsAudited(id)),
          ...(await stands(id, good(other) ? voted : before)),
        ];
      },
    }),
  ),
];

const REVIEW_FACTS = z.looseObject({
  version: z.int(),
  approvals: z.array(z.unknown()),
  changesRequested: z.unknown(),
  reviewRequested: z.unknown(),
});

const READS: Meeting[] = [
  meeting({
    name: "review ∥ a request for changes",
    prepare: async () => {
      const { id } = await halfApproved();
      await act.requestReview(id, 1);
      return { id };
    },
    one: ({ id }) => ask("get-review", { params: { runbookId: id } }),
    other: ({ id }) => act.requestChanges(id, 1, THIRD),
    contradictions: async ({ id }, one, other) => {
      const { version, approvals, changesRequested, reviewRequested } = REVIEW_FACTS.parse(one.body);
      return [
        ...notRefused("the no", other),
        ...say(
          `torn: version ${version}, ${approvals.length} votes, and both or neither asked for`,
          version !== 1 ||
            approvals.length !== 1 ||
            (changesRequested === null) === (reviewRequested === null),
        ),
        ...(await isAsAudited(id)),
      ];
    },
  }),
];

export const REVIEW_PAIRS: readonly Meeting[] = [...FOR_REVIEW, ...FOR_CHANGES, ...READS];
