// The head of a runbook's page: its state in one line, and what is done with it most.
import { isAllowed, requireMe } from "../../data/session.ts";
import { editPath, reviewPath, runPath } from "../../navigation/page-paths.ts";
import { LinkButton } from "../../parts/button.tsx";
import { Badge, Status } from "../../parts/status.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { hasExpired, hasLiveBesideDraft, type Runbook } from "./runbook.ts";

export function HeadFacts({ runbook }: { runbook: Runbook }) {
  const { approvalStatus, version, liveVersion, teamId, updatedBy, updatedByName, updatedAt, description } =
    runbook;
  return (
    <>
      <p>
        <Outside text={description} />
      </p>
      <div class="row">
        <Status of={approvalStatus} />
        {hasLiveBesideDraft(runbook) && (
          <Badge tone="good" icon="check" word={`Version ${liveVersion} in service`} />
        )}
        {hasExpired(runbook) && <Badge tone="bad" icon="warning" word="Approval expired" />}
        <span class="small muted">
          Version {version} by <Person by={updatedBy} name={updatedByName} />, <Time at={updatedAt} /> ·{" "}
          {teamId === null ? "global" : <Outside text={teamId} />}
        </span>
      </div>
    </>
  );
}

export function HeadActions({ runbook: { id, teamId, liveVersion, approvalStatus } }: { runbook: Runbook }) {
  const me = requireMe();
  const isDraft = approvalStatus === "DRAFT";
  return (
    <>
      {isAllowed(me, "manage", teamId) && (
        <LinkButton to={editPath(id)} icon="pencil">
          Edit
        </LinkButton>
      )}
      {isDraft && (
        <LinkButton to={reviewPath(id)} icon="reviews" kind={liveVersion === null ? "primary" : ""}>
          Review
        </LinkButton>
      )}
      {liveVersion !== null && isAllowed(me, "execute", teamId) && (
        <LinkButton to={runPath(id)} icon="play" kind="primary">
          Run
        </LinkButton>
      )}
    </>
  );
}
