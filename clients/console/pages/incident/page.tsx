// One incident: what is known of it, what may be run for it, and what has been.
import type { ItemOf, OutputOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { useQuery } from "../../data/query.ts";
import { isAllowed, requireMe } from "../../data/session.ts";
import { runbookPath, runPath } from "../../navigation/page-paths.ts";
import { Link, LinkButton } from "../../parts/button.tsx";
import { Code } from "../../parts/code.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panels.tsx";
import { RowHead } from "../../parts/row-head.tsx";
import { Fact } from "../../parts/said.tsx";
import { type Column, ListTable } from "../../parts/table.tsx";
import { Outside } from "../../parts/text.tsx";
import { ExactTime, Time } from "../../parts/time.tsx";
import { INCIDENT_COLUMNS } from "../executions/columns.tsx";
import { IncidentStatus, Priority } from "../incidents/priority.tsx";
import { IncidentDecisions } from "./decisions.tsx";

type Incident = OutputOf<"get-incident">;

const REFRESH_MS = 15_000;

export function Page({ params: { incidentId = "" } }: { params: Readonly<Record<string, string>> }) {
  const query = useQuery(
    `incident ${incidentId}`,
    (signal) => client.getIncident({ incidentId }, { signal }),
    {
      everyMs: REFRESH_MS,
    },
  );
  return (
    <Loaded what="the incident" query={query} isPage>
      {(incident) => (
        <>
          <PageHead
            title={<Outside text={incident.title} />}
            name={incident.title}
            above={<Link to="/incidents">Incidents</Link>}
            below={
              <div class="row">
                <Priority priority={incident.priority} />
                <IncidentStatus status={incident.status} />
                <span class="small muted">
                  <Outside text={`${incident.id} · ${incident.teamId}`} /> · created{" "}
                  <Time at={incident.createdAt} />
                </span>
              </div>
            }
          />
          <div class="split">
            <div class="stack">
              <Runbooks incident={incident} />
              <Runs incidentId={incident.id} />
              <IncidentDecisions incidentId={incident.id} />
            </div>
            <Known incident={incident} />
          </div>
        </>
      )}
    </Loaded>
  );
}

type Runbook = ItemOf<"list-incident-runbooks">;

function columnsFor(incidentId: string): Column<Runbook>[] {
  return [
    {
      label: "Runbook",
      kind: "main",
      cell: ({ id, name, description }) => <RowHead name={name} to={runbookPath(id)} words={description} />,
    },
    {
      label: "Team",
      cell: ({ teamId }) => (teamId === null ? <span class="muted">global</span> : <Outside text={teamId} />),
    },
    {
      label: "Run",
      kind: "end",
      cell: ({ id, name }) => (
        <LinkButton to={runPath(id, { incidentId })} small kind="primary" icon="play" label={`Run ${name}`}>
          Run
        </LinkButton>
      ),
    },
  ];
}

function Runbooks({ incident: { id, teamId } }: { incident: Incident }) {
  const mayRun = isAllowed(requireMe(), "execute", teamId);
  const list = useList(`runbooks for ${id}`, (cursor, signal) =>
    client.listIncidentRunbooks({ incidentId: id, query: { limit: 25, cursor } }, { signal }),
  );
  return (
    <Panel title="What you may run for it" isFlush>
      <ListTable
        caption="runbooks that may be run for the incident"
        columns={columnsFor(id)}
        list={list}
        keyOf={(runbook) => runbook.id}
        empty={
          <p class="muted">
            {mayRun ? (
              "No runbook of the team, and no global one, is approved."
            ) : (
              <>
                You may see this incident. Running something for it needs the role responder or admin in the
                team <Outside text={teamId} />.
              </>
            )}
          </p>
        }
      />
    </Panel>
  );
}

function Runs({ incidentId }: { incidentId: string }) {
  const list = useList(
    `runs for ${incidentId}`,
    (cursor, signal) =>
      client.listIncidentExecutions({ incidentId, query: { limit: 25, cursor } }, { signal }),
    { everyMs: REFRESH_MS },
  );
  return (
    <Panel title="What has been run for it" isFlush>
      <ListTable
        caption="runs for the incident"
        columns={INCIDENT_COLUMNS}
        list={list}
        keyOf={(run) => run.id}
        empty={<p class="muted">Nothing so far.</p>}
      />
    </Panel>
  );
}

function Known({ incident }: { incident: Incident }) {
  const { acknowledgedAt, assignee, metadata, reportedAt } = incident;
  return (
    <div class="aside stack">
      <Panel title="What its system says">
        <dl class="stack">
          <Fact about="As of">
            <ExactTime at={reportedAt} />
          </Fact>
          <Fact about="Acknowledged">
            {acknowledgedAt === null ? (
              <span class="muted">by nobody yet</span>
            ) : (
              <ExactTime at={acknowledgedAt} />
            )}
          </Fact>
          <Fact about="Assigned to">
            {assignee === null ? (
              <span class="muted">nobody</span>
            ) : (
              <Outside text={typeof assignee === "string" ? assignee : JSON.stringify(assignee)} />
            )}
          </Fact>
        </dl>
      </Panel>
      {metadata && <Code title="Further facts" text={JSON.stringify(metadata, null, 2)} />}
    </div>
  );
}
