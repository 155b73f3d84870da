// What a row of a list of runs shows.
import type { ItemOf } from "../../../api-client/types.ts";
import { executionPath, incidentPath } from "../../navigation/page-paths.ts";
import { Link } from "../../parts/button.tsx";
import { formatDuration } from "../../parts/duration.ts";
import { RowHead } from "../../parts/row-head.tsx";
import { Badge, Status } from "../../parts/status.tsx";
import type { Column } from "../../parts/table.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";

export type Run = ItemOf<"find-executions">;

const run: Column<Run> = {
  label: "Run",
  kind: "main",
  cell: ({ id, runbookName, error }) => (
    <RowHead name={runbookName} to={executionPath(id)} words={error?.message} />
  ),
};

const outcome: Column<Run> = {
  label: "Outcome",
  cell: ({ status, breakGlass }) => (
    <span class="row">
      <Status of={status} />
      {breakGlass && <Badge tone="bad" icon="warning" word="Break-glass" />}
    </span>
  ),
};

const by: Column<Run> = {
  label: "By",
  cell: ({ executedBy, executedByName, triggeredBy }) =>
    triggeredBy === "workflow" && executedBy.startsWith("automation:") ? (
      "an automation"
    ) : (
      <Person by={executedBy} name={executedByName} />
    ),
};

const incident: Column<Run> = {
  label: "Incident",
  cell: ({ incidentId }) =>
    incidentId !== null && (
      <span class="nowrap-short">
        <Link to={incidentPath(incidentId)}>
          <Outside text={incidentId} />
        </Link>
      </span>
    ),
};

const took: Column<Run> = {
  label: "Took",
  kind: "number",
  cell: ({ startedAt, completedAt }) =>
    startedAt !== null &&
    completedAt !== null &&
    formatDuration(Date.parse(completedAt) - Date.parse(startedAt)),
};

const started: Column<Run> = { label: "Started", cell: ({ createdAt }) => <Time at={createdAt} /> };

const team: Column<Run> = {
  label: "Team",
  cell: ({ ranForTeamId }) =>
    ranForTeamId === null ? <span class="muted">none</span> : <Outside text={ranForTeamId} />,
};

export const COLUMNS: readonly Column<Run>[] = [run, outcome, started, by, team, incident, took];
/** Of a list that is one incident's. */
export const INCIDENT_COLUMNS: readonly Column<Run>[] = [run, outcome, started, by, took];
/** Of a list of broken glasses. */
export const GLASS_COLUMNS: readonly Column<Run>[] = [run, outcome, started, by, team];
