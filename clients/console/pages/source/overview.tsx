// The settings of a source in words, and where its system sends its messages.
import { Code, Template } from "../../parts/code.tsx";
import { Panel } from "../../parts/panels.tsx";
import { Fact } from "../../parts/said.tsx";
import { Outside, Visible } from "../../parts/text.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { describeKind } from "./kinds.ts";
import { otherSettings, type Source } from "./source.ts";

export function Overview({ source }: { source: Source }) {
  return (
    <div class="split">
      <div class="stack">
        <Connection source={source} />
        <Written source={source} />
      </div>
      <div class="aside stack">
        <Panel title="Whose incidents">
          <dl class="stack">
            <Team source={source} />
            <Priorities source={source} />
          </dl>
        </Panel>
        <Panel title="How it is verified">
          <Verification source={source} />
        </Panel>
      </div>
    </div>
  );
}

function Connection({ source: { kind, intakePath, eventSource } }: { source: Source }) {
  const { system, steps } = describeKind(kind);
  return (
    <Panel title="Connect the system">
      <div class="stack">
        {intakePath !== null && <Code title="Address" text={`${globalThis.location.origin}${intakePath}`} />}
        {eventSource !== null && (
          <>
            <p>
              Its events come over a partner's event bus, which the deployment names in its option{" "}
              <code class="inline-code">partnerEventBuses</code>.
            </p>
            <Code title="Source of the events" text={eventSource} />
          </>
        )}
        {eventSource === null && steps.length > 0 && (
          <>
            <p class="muted small">In {system}:</p>
            <ol class="stack-tight">
              {steps.map((step) => (
                <li key={step}>
                  <Marked text={step} />
                </li>
              ))}
            </ol>
          </>
        )}
      </div>
    </Panel>
  );
}

/** What stands between two backquotes is code. */
function Marked({ text }: { text: string }) {
  return (
    <>
      {text
        .split("`")
        .map((part, index) => (index % 2 === 0 ? part : <code class="inline-code">{part}</code>))}
    </>
  );
}

function Written({ source }: { source: Source }) {
  const { filter, mapping, schedule } = source;
  const others = otherSettings(source);
  return (
    <>
      {schedule === null ? <Messages filter={filter} /> : <Schedule schedule={schedule} />}
      {mapping !== null && (
        <Panel title="Where an incident is in a message">
          <Code title="Mapping" text={JSON.stringify(mapping, null, 2)} />
        </Panel>
      )}
      {Object.keys(others).length > 0 && (
        <Panel title="Further settings">
          <Code title="Settings" text={JSON.stringify(others, null, 2)} />
        </Panel>
      )}
    </>
  );
}

function Messages({ filter }: Pick<Source, "filter">) {
  return (
    <Panel title="Which messages">
      {filter === null ? (
        <p class="muted">All of them: it has no filter.</p>
      ) : (
        <Code title="Filter" text={JSON.stringify(filter, null, 2)} />
      )}
    </Panel>
  );
}

function Schedule({ schedule: { expression, timeZone } }: { schedule: NonNullable<Source["schedule"]> }) {
  return (
    <Panel title="When it reports">
      <dl class="stack">
        <Fact about="Expression">
          <Template text={expression} />
        </Fact>
        <Fact about="Time zone">
          <Outside text={timeZone} />
        </Fact>
      </dl>
    </Panel>
  );
}

function Team({ source: { teamId, team } }: { source: Source }) {
  if (team === null)
    return <Fact about="Team">{teamId === null ? "None" : <Outside text={`Of the team ${teamId}`} />}</Fact>;
  return (
    <Fact about="Team, as the message says">
      <p>
        {team.from.map((pointer, index) => (
          <span key={pointer}>
            {index > 0 && " or "}
            <code class="inline-code">
              <Visible text={pointer} />
            </code>
          </span>
        ))}
      </p>
      <Renames map={team.map} />
    </Fact>
  );
}

function Priorities({ source: { priority } }: { source: Source }) {
  if (priority === null) return <Fact about="Priority">As the system has it</Fact>;
  return (
    <Fact about="Priority">
      <Renames map={priority.map} />
      {priority.default !== undefined && (
        <p>
          <Outside text={`${priority.default}, where it has none`} />
        </p>
      )}
    </Fact>
  );
}

function Renames({ map }: { map: Readonly<Record<string, string>> }) {
  return (
    <ul class="stack-tight">
      {Object.entries(map).map(([theirs, ours]) => (
        <li key={theirs}>
          <Template text={theirs} /> → <Outside text={ours} />
        </li>
      ))}
    </ul>
  );
}

function Verification({ source: { verification } }: { source: Source }) {
  if (verification === null) return <p class="muted">By AWS: only AWS and its partners publish there.</p>;
  const { scheme, previousUntil } = verification;
  return (
    <dl class="stack">
      <Fact about="Scheme">
        <code class="inline-code">{scheme}</code>
      </Fact>
      <Fact about="Secret">Set, and shown nowhere</Fact>
      <Fact about="The secret before">
        {previousUntil === null ? (
          "Not valid any more"
        ) : (
          <>
            Valid until <ExactTime at={previousUntil} />
          </>
        )}
      </Fact>
    </dl>
  );
}
