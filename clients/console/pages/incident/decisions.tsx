// What automations decided about the incident: which fired, and why others did not.
import type { ItemOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { automationPath, eventPath } from "../../navigation/page-paths.ts";
import { Link } from "../../parts/button.tsx";
import { Panel } from "../../parts/panels.tsx";
import { RowHead } from "../../parts/row-head.tsx";
import { type Column, ListTable } from "../../parts/table.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { DecisionBadge } from "../automation/decision-badge.tsx";

type Decision = ItemOf<"find-decisions">;

const REFRESH_MS = 15_000;

const COLUMNS: readonly Column<Decision>[] = [
  {
    label: "Automation",
    kind: "main",
    cell: ({ automationId, automationName, message }) => (
      <RowHead name={automationName} to={automationPath(automationId)} words={message} />
    ),
  },
  { label: "Decision", cell: (decision) => <DecisionBadge decision={decision} /> },
  { label: "When", cell: ({ at }) => <ExactTime at={at} /> },
  {
    label: "Why",
    cell: ({ eventId }) => <Link to={eventPath(eventId)}>see the event</Link>,
  },
];

export function IncidentDecisions({ incidentId }: { incidentId: string }) {
  const list = useList(
    `decisions about ${incidentId}`,
    (cursor, signal) => client.findDecisions({ query: { incidentId, limit: 25, cursor } }, { signal }),
    { everyMs: REFRESH_MS },
  );
  return (
    <Panel title="What automations decided" isFlush>
      <ListTable
        caption="decisions about the incident"
        columns={COLUMNS}
        list={list}
        keyOf={({ automationId, eventId }) => `${automationId} ${eventId}`}
        empty={<p class="muted">None of its events matched an automation.</p>}
      />
    </Panel>
  );
}
