// One run as it happens and as it was: its state, its course, what was sent and what came back.
import { incidentPath, runbookPath } from "../../navigation/page-paths.ts";
import { Link } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import { ClosedGlass, CloseGlass } from "../../parts/glass.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Note, Panel } from "../../parts/panels.tsx";
import { SentRequest } from "../../parts/sent-request.tsx";
import { Outside } from "../../parts/text.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { Answer } from "./answer.tsx";
import { type Execution, isActive } from "./execution.ts";
import { Facts, GivenParameters } from "./facts.tsx";
import { useFollowed } from "./follow.ts";
import { HeadActions, HeadWords } from "./head.tsx";
import { Report } from "./report.tsx";
import { Waterfall } from "./waterfall.tsx";

export function Page({ params: { executionId = "" } }: { params: Readonly<Record<string, string>> }) {
  const followed = useFollowed(executionId);
  return (
    <Loaded what="the run" query={followed} isPage>
      {(execution) => (
        <>
          <PageHead
            title={<Outside text={execution.runbookName} />}
            name={`Run of ${execution.runbookName}`}
            above={
              <>
                <Link to="/executions">Executions</Link> ·{" "}
                <Link to={runbookPath(execution.runbookId, "runs")}>all of this runbook</Link>
              </>
            }
            below={<HeadWords execution={execution} />}
            actions={<HeadActions execution={execution} onChange={followed.replace} />}
          />
          {followed.lost !== undefined && (
            <div class="before-panels">
              <FailureNote error={followed.lost} onRetry={followed.follow} />
            </div>
          )}
          <Body execution={execution} onChange={followed.reload} />
        </>
      )}
    </Loaded>
  );
}

function Body({ execution, onChange }: { execution: Execution; onChange: () => void }) {
  const { callback, request, result, attempts, erasedAt } = execution;
  return (
    <div class="split">
      <div class="stack">
        {erasedAt !== undefined && <Erased at={erasedAt} />}
        {execution.breakGlass && <Glass execution={execution} onChange={onChange} />}
        <Waterfall execution={execution} />
        {callback && mayReport(execution) && <Report callback={callback} goesOn={isActive(execution)} />}
        <Answer
          result={result}
          isDelivered={attempts.some(({ outcome }) => outcome === "delivered")}
          goesOn={isActive(execution)}
        />
        <Panel title="Request">
          {request ? <SentRequest request={request} /> : <p class="muted">{noRequest(execution)}</p>}
        </Panel>
      </div>
      <div class="aside stack">
        <Facts execution={execution} />
        <GivenParameters execution={execution} />
      </div>
    </div>
  );
}

function Erased({ at }: { at: string }) {
  return (
    <Note tone="quiet" title="Erased">
      <p>
        Erased on <ExactTime at={at} />: what the run was given, what it sent and what came back. What it did
        stands in the audit.
      </p>
    </Note>
  );
}

function noRequest(execution: Execution): string {
  if (execution.erasedAt !== undefined) return "It was erased.";
  return `It was not made: the run ${isActive(execution) ? "has not begun" : "ended before"}.`;
}

/** A receiver that has accepted nothing reports nothing. */
const mayReport = (execution: Execution) =>
  isActive(execution) || execution.attempts.some(({ outcome }) => outcome === "delivered");

function Glass({ execution, onChange }: { execution: Execution; onChange: () => void }) {
  const { closedAt = null, reason = "", incidentId = null } = execution.breakGlass ?? {};
  const isOpen = closedAt === null;
  return (
    <Note tone={isOpen ? "bad" : "quiet"} title={isOpen ? "Break-glass: open" : "Break-glass: closed"}>
      <p>
        It passed pauses and freeze windows: <Outside text={reason} />
        {incidentId !== null && (
          <>
            {" "}
            (
            <Link to={incidentPath(incidentId)}>
              <Outside text={incidentId} />
            </Link>
            )
          </>
        )}
      </p>
      <div class="row">
        <CloseGlass run={execution} onDone={onChange} />
        <ClosedGlass run={execution} />
      </div>
    </Note>
  );
}
