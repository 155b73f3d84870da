// The steps of a runbook's life beside editing and reviewing, as data: who is offered which, and what it means.
import { client } from "../../data/client.ts";
import { isAllowed, type Me } from "../../data/session.ts";
import { ifUnchanged, isRenewable, type Runbook } from "./runbook.ts";

export type Step = {
  label: string;
  kind: "" | "danger";
  /** What it does, before it is done. */
  meaning: string;
  /** The label of the words that go with it; null: none do. */
  words: string | null;
  needsWords: boolean;
  /** What is said afterwards. */
  done: string;
  take: (runbook: Runbook, words: string) => Promise<unknown>;
};
type Row = Step & { isOffered: (runbook: Runbook, me: Me) => boolean };

const manages = ({ teamId }: Runbook, me: Me) => isAllowed(me, "manage", teamId);
const approves = ({ teamId }: Runbook, me: Me) => isAllowed(me, "approve", teamId);
const noteOf = (words: string) => (words === "" ? {} : { note: words });
const target = (runbook: Runbook) => ({ runbookId: runbook.id, headers: ifUnchanged(runbook) });

const STEPS: readonly Row[] = [
  {
    label: "Ask for a review",
    kind: "",
    meaning: "The draft appears in the list of reviews, for those who may approve it.",
    words: "What reviewers should know",
    needsWords: false,
    done: "Asked for a review",
    isOffered: (runbook, me) =>
      runbook.approvalStatus === "DRAFT" && !runbook.reviewRequested && manages(runbook, me),
    take: (runbook, words) =>
      client.requestReview({ ...target(runbook), body: { version: runbook.version, ...noteOf(words) } }),
  },
  {
    label: "Renew the approval",
    kind: "",
    meaning:
      "You have looked at what is in service, and it is still right. With the last renewal that is needed, its approval holds for another term.",
    words: "What you looked at",
    needsWords: false,
    done: "Renewal given",
    isOffered: (runbook, me) => runbook.liveVersion !== null && isRenewable(runbook) && approves(runbook, me),
    take: ({ id: runbookId, liveVersion }, words) =>
      client.approveRunbook({ runbookId, body: { version: liveVersion ?? 0, ...noteOf(words) } }),
  },
  {
    label: "Withdraw",
    kind: "danger",
    meaning:
      "Nothing can start until the definition is approved again. Runs that wait end as failed; runs that have begun go on.",
    words: "Why it must not run",
    needsWords: true,
    done: "Withdrawn: nothing runs",
    isOffered: (runbook, me) => runbook.liveVersion !== null && manages(runbook, me),
    take: (runbook, words) => client.withdrawRunbook({ ...target(runbook), body: { reason: words } }),
  },
  {
    label: "Deprecate",
    kind: "danger",
    meaning: "The runbook is out of use. Only a platform admin can restore it, as a draft.",
    words: "Why it is no longer used",
    needsWords: false,
    done: "Deprecated",
    isOffered: (runbook, me) => runbook.approvalStatus === "APPROVED" && approves(runbook, me),
    take: (runbook, words) =>
      client.deprecateRunbook({ ...target(runbook), body: words === "" ? {} : { reason: words } }),
  },
  {
    label: "Restore as a draft",
    kind: "",
    meaning: "The current definition becomes a draft, which must be approved before it runs.",
    words: "Why it is needed again",
    needsWords: false,
    done: "Restored as a draft",
    isOffered: (runbook, me) => runbook.approvalStatus === "DEPRECATED" && me.roles.platformAdmin,
    take: (runbook, words) =>
      client.rollbackRunbook({
        ...target(runbook),
        body: { toVersion: runbook.version, ...(words !== "" && { changeNote: words }) },
      }),
  },
  {
    label: "Delete",
    kind: "danger",
    meaning:
      "It leaves all lists of what can run. Its versions, runs and audit stay readable. It cannot be undone.",
    words: null,
    needsWords: false,
    done: "Deleted",
    isOffered: manages,
    take: (runbook) => client.deleteRunbook(target(runbook)),
  },
];

/** Returns the steps that this person may take now. */
export const listSteps = (runbook: Runbook, me: Me): readonly Step[] =>
  STEPS.filter(({ isOffered }) => isOffered(runbook, me));
