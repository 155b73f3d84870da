// What a row of the list of runbooks shows.
import type { ItemOf } from "../../../api-client/types.ts";
import { isAllowed, requireMe } from "../../data/session.ts";
import { runbookPath, runPath } from "../../navigation/page-paths.ts";
import { LinkButton } from "../../parts/button.tsx";
import { RowHead } from "../../parts/row-head.tsx";
import { Badge, Status } from "../../parts/status.tsx";
import type { Column } from "../../parts/table.tsx";
import { Outside } from "../../parts/text.tsx";
import { hasExpired } from "../runbook/runbook.ts";
import { LastRuns } from "./last-runs.tsx";

type Summary = ItemOf<"list-runbooks">;

export const COLUMNS: readonly Column<Summary>[] = [
  {
    label: "Runbook",
    kind: "main",
    cell: ({ id, name, description }) => <RowHead name={name} to={runbookPath(id)} words={description} />,
  },
  { label: "Team", cell: ({ teamId }) => <Team teamId={teamId} /> },
  { label: "Status", cell: (runbook) => <State runbook={runbook} /> },
  { label: "Last runs", cell: ({ id }) => <LastRuns runbookId={id} /> },
  {
    label: "Run",
    kind: "end",
    cell: ({ id, liveVersion, teamId, name }) =>
      liveVersion !== null &&
      isAllowed(requireMe(), "execute", teamId) && (
        <LinkButton to={runPath(id)} small icon="play" label={`Run ${name}`}>
          Run
        </LinkButton>
      ),
  },
];

function Team({ teamId }: { teamId: string | null }) {
  return teamId === null ? <span class="muted">global</span> : <Outside text={teamId} />;
}

/** The status of the current version, and whether another one is in service beside it. */
function State({ runbook }: { runbook: Summary }) {
  const { approvalStatus, version, liveVersion, reviewRequested } = runbook;
  return (
    <span class="row">
      <Status of={approvalStatus} />
      {liveVersion !== null && liveVersion !== version && (
        <Badge tone="good" icon="check" word={`v${liveVersion} live`} />
      )}
      {hasExpired(runbook) && <Badge tone="bad" icon="warning" word="expired" />}
      {reviewRequested && <span class="small muted">review asked</span>}
    </span>
  );
}
