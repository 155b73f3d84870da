// The head of a run: how it stands in a sentence, and what can be done about it.
import { useState } from "preact/hooks";
import { isAllowed, requireMe } from "../../data/session.ts";
import { runPath } from "../../navigation/page-paths.ts";
import { Button, LinkButton } from "../../parts/button.tsx";
import { Status } from "../../parts/status.tsx";
import { Outside } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { CancelDialog } from "./cancel-dialog.tsx";
import { type Execution, isActive } from "./execution.ts";
import { RerunDialog } from "./rerun-dialog.tsx";

export function HeadWords({ execution }: { execution: Execution }) {
  const { status, error, completedAt, createdAt, queue } = execution;
  return (
    <>
      <div class="row" role="status">
        <Status of={status} />
        <span class="small muted">
          {completedAt === null ? "accepted" : "ended"} <Time at={completedAt ?? createdAt} />
        </span>
        {queue && <span class="small muted">· number {queue.position} in the queue</span>}
      </div>
      {error && (
        <p class="head-error">
          <Outside text={error.message} />
        </p>
      )}
    </>
  );
}

type HeadActionsProps = { execution: Execution; onChange: (execution: Execution) => void };

/** An execution needs the right in the runbook's team and in the one that it is for. */
function mayActOn({ teamId, ranForTeamId }: Execution): boolean {
  const me = requireMe();
  return (
    isAllowed(me, "execute", teamId) && (ranForTeamId === null || isAllowed(me, "execute", ranForTeamId))
  );
}

export function HeadActions({ execution, onChange }: HeadActionsProps) {
  const [open, setOpen] = useState<"cancel" | "rerun" | null>(null);
  const { consoleUrl, logsUrl, runbookId, id, incidentId } = execution;
  const close = () => setOpen(null);
  const prefill = { from: id, ...(incidentId !== null && { incidentId }) };
  return (
    <>
      <AwsLink to={consoleUrl}>Open in Step Functions</AwsLink>
      <AwsLink to={logsUrl}>Open the log lines</AwsLink>
      {mayActOn(execution) && (
        <>
          <LinkButton to={runPath(runbookId, prefill)} icon="pencil">
            Change and run
          </LinkButton>
          {isActive(execution) ? (
            <Button kind="danger" icon="cross" onClick={() => setOpen("cancel")}>
              Cancel …
            </Button>
          ) : (
            execution.erasedAt === undefined && (
              <Button kind="primary" icon="running" onClick={() => setOpen("rerun")}>
                Run again …
              </Button>
            )
          )}
        </>
      )}
      {open === "cancel" && <CancelDialog execution={execution} onClose={close} onDone={onChange} />}
      {open === "rerun" && <RerunDialog execution={execution} onClose={close} />}
    </>
  );
}

/** Nothing, where the deployment has no AWS console. */
function AwsLink({ to, children }: { to: string | null; children: string }) {
  if (!to?.startsWith("https://")) return null;
  return (
    <a class="button" href={to} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}
