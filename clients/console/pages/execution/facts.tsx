// What a run is: who started it, by what, for what, with which parameters.
import type { ComponentChildren } from "preact";
import {
  automationPath,
  eventPath,
  executionPath,
  incidentPath,
  runbookPath,
} from "../../navigation/page-paths.ts";
import { Link } from "../../parts/button.tsx";
import { Disclosure } from "../../parts/disclosure.tsx";
import { formatDuration } from "../../parts/duration.ts";
import { Panel } from "../../parts/panels.tsx";
import { Fact } from "../../parts/said.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { ExactTime } from "../../parts/time.tsx";
import type { Execution } from "./execution.ts";

export function Facts({ execution }: { execution: Execution }) {
  const { executedBy, executedByName, runbookId, runbookVersion, incidentId, createdAt, ranForTeamId } =
    execution;
  const { completedAt, startedAt, definitionSnapshot } = execution;
  return (
    <Panel title="This run">
      <dl class="stack">
        <Fact about="Started by">
          <Starter by={executedBy} name={executedByName} />, <ExactTime at={createdAt} />
        </Fact>
        <Cause execution={execution} />
        <Fact about="Incident">
          {incidentId === null ? (
            <span class="muted">none</span>
          ) : (
            <Link to={incidentPath(incidentId)}>
              <Outside text={incidentId} />
            </Link>
          )}
        </Fact>
        <Fact about="Team">
          {ranForTeamId === null ? <span class="muted">none</span> : <Outside text={ranForTeamId} />}
        </Fact>
        <Fact about="Runbook">
          <Link to={runbookPath(runbookId)}>
            <Outside text={definitionSnapshot.name} />
          </Link>
          , version {runbookVersion}
        </Fact>
        {startedAt !== null && completedAt !== null && (
          <Fact about="Took">{formatDuration(Date.parse(completedAt) - Date.parse(startedAt))}</Fact>
        )}
        <Fact about="Id">
          <code class="digest">{execution.id}</code>
        </Fact>
      </dl>
    </Panel>
  );
}

/** An automation is a link. */
function Starter({ by, name }: { by: string; name: string | null }) {
  const automation = /^automation:(automation_\w+)$/.exec(by)?.[1];
  if (automation === undefined) return <Person by={by} name={name} />;
  return <Link to={automationPath(automation)}>an automation</Link>;
}

function Cause({ execution: { trigger } }: { execution: Execution }) {
  const { rerunOf, causedBy, eventId, requestId } = trigger;
  const rows: [string, ComponentChildren][] = [
    ["Repeats", rerunOf !== undefined && <Link to={executionPath(rerunOf)}>an earlier run</Link>],
    ["Caused by", causedBy !== undefined && <Link to={executionPath(causedBy)}>another run</Link>],
    ["Event", eventId !== undefined && <EventLink eventId={eventId} />],
    ["Request of the workflow", requestId !== undefined && <Outside text={requestId} />],
  ];
  return (
    <>
      {rows.map(([about, words]) =>
        words ? (
          <Fact key={about} about={about}>
            {words}
          </Fact>
        ) : null,
      )}
    </>
  );
}

const EventLink = ({ eventId }: { eventId: string }) => (
  <Link to={eventPath(eventId)}>
    <Outside text={eventId} />
  </Link>
);

const MOST_CHARACTERS = 200;

export function GivenParameters({ execution: { parameters, erasedAt } }: { execution: Execution }) {
  const entries = Object.entries(parameters);
  return (
    <Panel title={entries.length === 0 ? "Parameters" : `Parameters (${entries.length})`}>
      {entries.length === 0 ? (
        <p class="muted">{erasedAt === undefined ? "None." : "They were erased."}</p>
      ) : (
        <dl class="stack">
          {entries.map(([name, value]) => (
            <Fact key={name} about={name}>
              <ParameterValue value={value} />
            </Fact>
          ))}
        </dl>
      )}
    </Panel>
  );
}

/** A long value is cut with a sign; it is whole in the request. */
function ParameterValue({ value }: { value: unknown }) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (text.length <= MOST_CHARACTERS)
    return (
      <span class="value">
        <Outside text={text} />
      </span>
    );
  return (
    <Disclosure
      summary={
        <>
          <Outside text={`${text.slice(0, MOST_CHARACTERS).toWellFormed()} …`} /> (
          {text.length.toLocaleString("en")} characters)
        </>
      }
    >
      {() => (
        <span class="value">
          <Outside text={text} />
        </span>
      )}
    </Disclosure>
  );
}
