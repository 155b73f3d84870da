// A draft that needs two votes: who gives them, how far it is, and what must stand at the end.
import * as z from "zod";
import type { ApiAnswer, Person } from "../api.ts";
import { idOf } from "../library.ts";
import * as act from "./actors.ts";
import { SECOND, say } from "./actors.ts";

/** Two people for any change, and none of them its author: who drafts and edits here has no vote. */
export const TWO_VOTES = { APPROVALS_REQUIRED: "low=2,medium=2,high=2", FOUR_EYES: "true" };

export const THIRD: Person = { sub: "third-admin", groups: ["platform-admin"] };
const UNREVIEWED = { payloadTemplate: '{"unreviewed":"{{params.service}}"}' };

const Shown = z.looseObject({
  version: z.int(),
  approvalStatus: z.string(),
  liveVersion: z.int().nullable(),
  approvals: z.array(z.looseObject({ by: z.string() })),
});
export const shownIn = ({ body }: ApiAnswer) => Shown.parse(body);
export const shown = async (runbookId: string) => shownIn(await act.read(runbookId));
const votersOf = ({ approvals }: z.infer<typeof Shown>) => approvals.map(({ by }) => by).toSorted();

/** The first vote is always the second admin's, and the last one the third admin's. */
export const firstVote = (runbookId: string, version: number) => act.approve(runbookId, version, SECOND);
export const lastVote = (runbookId: string, version: number) => act.approve(runbookId, version, THIRD);
export const edit = (runbookId: string) => act.update(runbookId, UNREVIEWED);

/** A draft at version 1 without a vote. */
export const drafted = async () => ({ id: await act.draft({ whileDraft: "run_approved" }) });

/** The same with one vote of the two. */
export async function halfApproved() {
  const { id } = await drafted();
  idOf(await firstVote(id, 1));
  return { id };
}

/** Approved at version 2 and live, beside the draft at version 3, which has no vote. */
export async function besideDraft() {
  const { id } = await halfApproved();
  idOf(await lastVote(id, 1));
  idOf(await edit(id));
  return { id };
}

/** The same, where the draft has one vote of the two. */
export async function besideHalfApproved() {
  const { id } = await besideDraft();
  idOf(await firstVote(id, 3));
  return { id };
}

/** What is approved and what is live is what the two votes were for; a draft has these votes and no others. */
export async function stands(
  runbookId: string,
  expected: { version: number; live: number | null; voters: readonly Person[] },
): Promise<string[]> {
  const now = await shown(runbookId);
  const voters = expected.voters.map(({ sub }) => sub).toSorted();
  return [
    ...say(`version ${now.version}, not ${expected.version}`, now.version !== expected.version),
    ...say(`version ${now.liveVersion} is live, not ${expected.live}`, now.liveVersion !== expected.live),
    ...say(`the votes are of ${votersOf(now)}, not ${voters}`, String(votersOf(now)) !== String(voters)),
    ...say(
      `it is ${now.approvalStatus} with ${now.approvals.length} votes`,
      (now.approvalStatus === "APPROVED") !== (now.approvals.length === 2),
    ),
  ];
}
