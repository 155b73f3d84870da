// All pairs, by what they are about, as docs/reliability.md lists them.
import type { Meeting } from "../interleavings.ts";
import { APPROVAL_PAIRS } from "./automation-approvals.ts";
import { CALLBACK_PAIRS } from "./callbacks.ts";
import { DEFINITION_PAIRS } from "./definitions.ts";
import { END_PAIRS } from "./ends.ts";
import { EVENT_PAIRS } from "./events.ts";
import { EXPIRY_PAIRS } from "./expiries.ts";
import { QUEUE_PAIRS } from "./queues.ts";
import { READ_PAIRS } from "./reads.ts";
import { REVIEW_PAIRS } from "./reviews.ts";
import { START_PAIRS } from "./starts.ts";
import { VOTE_PAIRS } from "./votes.ts";

const GROUPS: Readonly<Record<string, readonly Meeting[]>> = {
  definitions: DEFINITION_PAIRS,
  votes: VOTE_PAIRS,
  reviews: REVIEW_PAIRS,
  expiries: EXPIRY_PAIRS,
  starts: START_PAIRS,
  ends: END_PAIRS,
  queues: QUEUE_PAIRS,
  callbacks: CALLBACK_PAIRS,
  events: EVENT_PAIRS,
  approvals: APPROVAL_PAIRS,
  reads: READ_PAIRS,
};

/** One line for each group, as the document has it. */
export const groupLines = (): string[] =>
  Object.entries(GROUPS).map(
    ([group, pairs]) => `- **${group}**, ${pairs.length} pairs: ${pairs.map(({ name }) => name).join(" · ")}`,
  );

export const PAIR_COUNT = Object.values(GROUPS).flat().length;
