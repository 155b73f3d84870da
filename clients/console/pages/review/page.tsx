// All that a reviewer needs on one page: the risk first, what changed, what the cases render to, and the decision.
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { runbookPath } from "../../navigation/page-paths.ts";
import { Link } from "../../parts/button.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panels.tsx";
import { Status } from "../../parts/status.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { Warnings } from "../../parts/warnings.tsx";
import { Differences } from "../changes/differences.tsx";
import { Risk } from "../changes/risk.tsx";
import { DefinitionView } from "../definition/definition.tsx";
import { Cases } from "./cases.tsx";
import { Decision } from "./decision.tsx";
import type { Review, Runbook } from "./review.ts";

type Both = { review: Review; runbook: Runbook };

export function Page({ params: { runbookId = "" } }: { params: Readonly<Record<string, string>> }) {
  const query = useQuery<Both>(`review ${runbookId}`, async (signal) => {
    const [review, runbook] = await Promise.all([
      client.getReview({ runbookId }, { signal }),
      client.getRunbook({ runbookId }, { signal }),
    ]);
    return { review, runbook };
  });
  return (
    <Loaded what="the review" query={query} isPage>
      {({ review, runbook }) => (
        <>
          <PageHead
            title={
              <>
                Review: <Outside text={runbook.name} />
              </>
            }
            name={`Review: ${runbook.name}`}
            above={<Link to={runbookPath(runbookId)}>{runbook.name}</Link>}
            below={<Facts review={review} runbook={runbook} />}
          />
          <div class="split">
            <Evidence review={review} runbook={runbook} />
            <Decision review={review} runbook={runbook} onChange={query.reload} />
          </div>
        </>
      )}
    </Loaded>
  );
}

function Facts({ review: { version, approvalStatus, against }, runbook }: Both) {
  const { updatedBy, updatedByName, updatedAt, teamId } = runbook;
  return (
    <div class="row">
      <Status of={approvalStatus} />
      <span class="small muted">
        Version {version} by <Person by={updatedBy} name={updatedByName} />, <Time at={updatedAt} /> ·{" "}
        {against === null ? "never approved before" : `compared with version ${against}, approved last`} ·{" "}
        {teamId === null ? "global" : <Outside text={teamId} />}
      </span>
    </div>
  );
}

function Evidence({ review, runbook }: Both) {
  const { risk, against, diff, cases, warnings } = review;
  return (
    <div class="stack">
      <Risk risk={risk} />
      <Warnings warnings={warnings} />
      {against !== null && (
        <Panel title={`What changed since version ${against}`}>
          {diff.length === 0 ? (
            <p class="muted">Nothing: the definition is the one that was approved.</p>
          ) : (
            <Differences differences={diff} />
          )}
        </Panel>
      )}
      <Cases cases={cases} />
      {against === null ? (
        <DefinitionView definition={runbook} />
      ) : (
        <details class="disclosure">
          <summary>The whole definition of version {review.version}</summary>
          <DefinitionView definition={runbook} />
        </details>
      )}
    </div>
  );
}
