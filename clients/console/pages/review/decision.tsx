// The decision of a review: how many votes there are and are needed, and the reviewer's own yes or no, with words.
import { useState } from "preact/hooks";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { isAllowed, requireMe } from "../../data/session.ts";
import { Button } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import { TextArea } from "../../parts/field.tsx";
import { Note, Panel } from "../../parts/panels.tsx";
import type { Review, Runbook } from "./review.ts";
import { Standing } from "./standing.tsx";

type DecisionProps = { review: Review; runbook: Runbook; onChange: () => void };

export function Decision({ review, runbook, onChange }: DecisionProps) {
  return (
    <div class="aside stack">
      <Panel title="Decision">
        <div class="stack">
          <Standing review={review} />
          <Voting review={review} runbook={runbook} onChange={onChange} />
        </div>
      </Panel>
    </div>
  );
}

function Voting(props: DecisionProps) {
  const me = requireMe();
  const { approvals, approvalStatus, version } = props.review;
  if (approvalStatus !== "DRAFT")
    return <Note tone="quiet">Version {version} is no draft: there is nothing to decide.</Note>;
  if (!isAllowed(me, "approve", props.runbook.teamId))
    return <Note tone="quiet">Platform admins decide. You may see what they see.</Note>;
  if (approvals.some(({ by }) => by === me.subject))
    return <Note tone="good">You have approved version {version}.</Note>;
  return <VotingForm {...props} />;
}

function VotingForm({ review, runbook, onChange }: DecisionProps) {
  const [words, setWords] = useState("");
  const [isMissing, setMissing] = useState(false);
  const note = words.trim();
  const { approve, refuse } = useVotes(review, note);
  const finish = async (action: Promise<boolean>, said: string) => {
    if (!(await action)) return;
    announce(`${runbook.name}: ${said}`);
    setWords("");
    onChange();
  };
  const sayYes = () => finish(approve.run(), "approved");
  const askForChanges = async () => {
    setMissing(note === "");
    if (note !== "") await finish(refuse.run(), "changes asked for");
  };
  const error = approve.error ?? refuse.error;
  return (
    <div class="stack">
      <TextArea
        label="Your words"
        hint="For the author and the audit. Needed if you ask for changes."
        value={words}
        onInput={setWords}
        error={isMissing && note === "" ? "Say what should change." : undefined}
      />
      {error !== undefined && <FailureNote error={error} onRetry={onChange} />}
      <Effect review={review} />
      <div class="stack-tight">
        <Button kind="primary" icon="check" busy={approve.isRunning} onClick={sayYes}>
          Approve version {review.version}
        </Button>
        <Button busy={refuse.isRunning} onClick={askForChanges}>
          Ask for changes
        </Button>
      </div>
    </div>
  );
}

function useVotes({ runbookId, version }: Review, note: string) {
  const approve = useAction(() =>
    client.approveRunbook({ runbookId, body: { version, ...(note !== "" && { note }) } }),
  );
  const refuse = useAction(() => client.requestChanges({ runbookId, body: { version, note } }));
  return { approve, refuse };
}

function Effect({ review }: { review: Review }) {
  const mismatches = review.cases.filter(({ matches }) => !matches).length;
  return (
    <>
      {mismatches > 0 && <Note tone="warn">A version whose cases do not match cannot be approved.</Note>}
      <p class="small muted">{describeEffect(review)}</p>
    </>
  );
}

/** What the next vote does. */
function describeEffect({ approvals, approvalsRequired, version }: Review): string {
  const missing = (approvalsRequired ?? 1) - approvals.length;
  return missing > 1
    ? `Yours is one of ${missing} approvals that are still needed.`
    : `With your approval version ${version} goes into service at once.`;
}
