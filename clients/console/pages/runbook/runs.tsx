// The runs of a runbook, newest first.
import type { ItemOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { changeQuery, here } from "../../navigation/location.ts";
import { executionPath } from "../../navigation/page-paths.ts";
import { formatDuration } from "../../parts/duration.ts";
import { SelectField } from "../../parts/field.tsx";
import { Blank } from "../../parts/panels.tsx";
import { RowHead } from "../../parts/row-head.tsx";
import { Status } from "../../parts/status.tsx";
import { type Column, ListTable } from "../../parts/table.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { ExactTime } from "../../parts/time.tsx";
import type { Runbook } from "./runbook.ts";

type Run = ItemOf<"list-executions">;

const COLUMNS: readonly Column<Run>[] = [
  {
    label: "Run",
    kind: "main",
    cell: ({ id, createdAt, error }) => (
      <RowHead name={{ shown: <ExactTime at={createdAt} /> }} to={executionPath(id)} words={error?.message} />
    ),
  },
  { label: "Outcome", cell: ({ status }) => <Status of={status} /> },
  { label: "Version", kind: "number", cell: ({ runbookVersion }) => runbookVersion },
  { label: "By", cell: ({ executedBy, executedByName }) => <Person by={executedBy} name={executedByName} /> },
  { label: "Incident", cell: ({ incidentId }) => incidentId !== null && <Outside text={incidentId} /> },
  {
    label: "Took",
    kind: "number",
    cell: ({ startedAt, completedAt }) =>
      startedAt !== null &&
      completedAt !== null &&
      formatDuration(Date.parse(completedAt) - Date.parse(startedAt)),
  },
];

const STATUSES = [
  ["", "All"],
  ["RUNNING", "Running"],
  ["PENDING", "Pending"],
  ["SUCCESS", "Succeeded"],
  ["FAILED", "Failed"],
  ["CANCELLED", "Cancelled"],
] as const;
const REFRESH_MS = 10_000;

export function Runs({ runbook: { id, name } }: { runbook: Runbook }) {
  const wanted = here.value.query.get("status") ?? "";
  const status = STATUSES.find(([each]) => each === wanted)?.[0] ?? "";
  const list = useList(
    `runs of ${id} ${status}`,
    (cursor, signal) =>
      client.listExecutions(
        { runbookId: id, query: { limit: 25, cursor, ...(status !== "" && { status: [status] }) } },
        { signal },
      ),
    { everyMs: REFRESH_MS },
  );
  return (
    <>
      <div class="filters">
        <SelectField
          label="Outcome"
          value={status}
          options={STATUSES}
          onInput={(value) => changeQuery({ status: value })}
        />
      </div>
      <ListTable
        caption={`runs of ${name}`}
        columns={COLUMNS}
        list={list}
        keyOf={(run) => run.id}
        empty={
          <Blank icon="executions" title={status === "" ? "It has never run" : "No run ended so"}>
            <p>What runs here is kept: what was sent, each attempt, and what came back.</p>
          </Blank>
        }
      />
    </>
  );
}
