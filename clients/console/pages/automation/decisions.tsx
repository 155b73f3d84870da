// What an automation decided about each event that matched: what it started, or why it started nothing.
import type { ItemOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { eventPath, executionPath, incidentPath } from "../../navigation/page-paths.ts";
import { Link } from "../../parts/button.tsx";
import { Blank } from "../../parts/panels.tsx";
import { RowHead } from "../../parts/row-head.tsx";
import { type Column, ListTable } from "../../parts/table.tsx";
import { Outside } from "../../parts/text.tsx";
import { ExactTime } from "../../parts/time.tsx";
import type { Automation } from "./automation.ts";
import { CatchUp } from "./catch-up.tsx";
import { DecisionBadge, sayReason } from "./decision-badge.tsx";
import { Why } from "./why.tsx";

type Decision = ItemOf<"list-automation-decisions">;

const REFRESH_MS = 15_000;

const COLUMNS: readonly Column<Decision>[] = [
  {
    label: "Incident",
    kind: "main",
    cell: ({ incidentId, message }) => (
      <RowHead name={incidentId} to={incidentPath(incidentId)} words={message} />
    ),
  },
  {
    label: "Decision",
    cell: (decision) => <DecisionBadge decision={decision} />,
  },
  {
    label: "Caught up",
    cell: ({ caughtUp }) => caughtUp !== null && `was ${sayReason(caughtUp.reason)}`,
  },
  { label: "Team", cell: ({ ranForTeamId }) => <Outside text={ranForTeamId} /> },
  { label: "Version", kind: "number", cell: ({ automationVersion }) => automationVersion },
  { label: "When", cell: ({ at }) => <ExactTime at={at} /> },
  {
    label: "Why",
    cell: ({ eventId }) => <Link to={eventPath(eventId)}>see the event</Link>,
  },
  {
    label: "Run",
    cell: ({ executionId }) =>
      executionId !== null && <Link to={executionPath(executionId)}>see the run</Link>,
  },
];

export function Decisions({ automation }: { automation: Automation }) {
  const { id, name } = automation;
  const list = useList(
    `decisions of ${id}`,
    (cursor, signal) =>
      client.listAutomationDecisions({ automationId: id, query: { limit: 25, cursor } }, { signal }),
    { everyMs: REFRESH_MS },
  );
  return (
    <div class="stack">
      <CatchUp automation={automation} onDone={list.reload} />
      <Why />
      <ListTable
        caption={`decisions of ${name}`}
        columns={COLUMNS}
        list={list}
        keyOf={({ eventId }) => eventId}
        empty={
          <Blank icon="automations" title="No event has matched yet">
            <p>
              An event that does not match leaves no decision. Ask about it by its id, or test the automation
              with an incident, to see which condition is not met.
            </p>
          </Blank>
        }
      />
    </div>
  );
}
