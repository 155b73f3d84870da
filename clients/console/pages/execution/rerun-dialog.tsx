// Runs again what has run, after saying which version that is and what may happen twice.
import { useMemo } from "preact/hooks";
import { createKey } from "../../../api-client/request.ts";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { navigate } from "../../navigation/location.ts";
import { executionPath } from "../../navigation/page-paths.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { Note } from "../../parts/panels.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import type { Execution } from "./execution.ts";

export function RerunDialog({ execution, onClose }: { execution: Execution; onClose: () => void }) {
  const { id, runbookId, runbookName, runbookVersion } = execution;
  const key = useMemo(createKey, []);
  const { data: runbook } = useQuery(`runbook ${runbookId}`, (signal) =>
    client.getRunbook({ runbookId }, { signal }),
  );
  const live = runbook?.liveVersion ?? null;
  const rerun = useAction(async () => {
    const headers = { "idempotency-key": key };
    const body = live === null ? {} : { version: live };
    const started = await client.rerunExecution({ executionId: id, headers, body });
    announce(`${runbookName} has started again`);
    navigate(executionPath(started.id));
  });
  return (
    <AskDialog
      title="Run this again?"
      {...{ stay: "Not now", go: "Run again", icon: "running" }}
      {...{ isRunning: rerun.isRunning, onClose, onSubmit: rerun.run }}
    >
      <p>
        A new run starts with the same parameters, secrets and incident
        {live === null ? "." : `, at version ${live}, which is in service.`}
        {live !== null && live !== runbookVersion && ` This run had version ${runbookVersion}.`}
      </p>
      <Twice execution={execution} />
      {rerun.error !== undefined && (
        <Refusal error={rerun.error} runbook={{ id: runbookId, name: runbookName }} />
      )}
    </AskDialog>
  );
}

/** Whether the receiver might do the same thing a second time. */
function Twice({ execution: { status, attempts } }: { execution: Execution }) {
  if (status === "SUCCESS")
    return (
      <Note tone="warn">The receiver has done it once already, and is asked to do it a second time.</Note>
    );
  if (
    attempts.some(
      ({ outcome }) => outcome === "unknown" || outcome === "in_progress" || outcome === "delivered",
    )
  )
    return (
      <Note tone="warn" title="The receiver may have acted already">
        <p>Look there first: a second run may do the same thing twice.</p>
      </Note>
    );
  return <Note tone="quiet">As far as is known, the receiver has not acted on this run.</Note>;
}
