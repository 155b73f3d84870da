// When an automation fires, and what it then runs.
import { Code, Template } from "../../parts/code.tsx";
import { Disclosure } from "../../parts/disclosure.tsx";
import { formatDuration } from "../../parts/duration.ts";
import { Panel } from "../../parts/panels.tsx";
import { RunbookLink } from "../../parts/runbook-link.tsx";
import { Fact, Said } from "../../parts/said.tsx";
import { Outside, Visible } from "../../parts/text.tsx";
import type { Automation } from "./automation.ts";
import { describePattern } from "./describe-pattern.ts";

export function Overview({ automation }: { automation: Automation }) {
  return (
    <div class="split">
      <div class="stack">
        <Pattern automation={automation} />
        <Started automation={automation} />
      </div>
      <div class="aside stack">
        <Frequency automation={automation} />
        <Approval automation={automation} />
      </div>
    </div>
  );
}

function Pattern({ automation: { pattern } }: { automation: Automation }) {
  return (
    <Panel title="When an event matches this pattern">
      <div class="stack">
        <ul class="stack-tight">
          {describePattern(pattern).map(({ field, words }) => (
            <li key={`${field} ${words}`}>
              <code class="inline-code">
                <Visible text={field} />
              </code>{" "}
              <Outside text={words} />
            </li>
          ))}
        </ul>
        <p class="muted small">
          All of these must hold, in an event about an incident, as the bus delivers it.
        </p>
        <Disclosure summary="The pattern as it is written">
          {() => <Code title="Pattern" text={JSON.stringify(pattern, null, 2)} />}
        </Disclosure>
      </div>
    </Panel>
  );
}

function Started({ automation: { runbookId, parameters } }: { automation: Automation }) {
  const given = Object.entries(parameters);
  return (
    <Panel title="It runs this, with these parameters">
      <div class="stack">
        <p class="row-title">
          <RunbookLink id={runbookId} />
        </p>
        {given.length === 0 ? (
          <p class="muted">None are given: the defaults of the runbook hold.</p>
        ) : (
          <dl class="facts">
            {given.map(([name, value]) => (
              <ParameterRow key={name} name={name} value={value} />
            ))}
          </dl>
        )}
      </div>
    </Panel>
  );
}

function ParameterRow({ name, value }: { name: string; value: unknown }) {
  return (
    <>
      <dt>
        <code>
          <Visible text={name} />
        </code>
      </dt>
      <dd>
        <code class="value">
          <Template text={typeof value === "string" ? value : JSON.stringify(value)} />
        </code>
      </dd>
    </>
  );
}

function Frequency({ automation }: { automation: Automation }) {
  const { oncePerIncident, cooldown, teamId, onlyWhile, maxEventAgeSeconds, replays } = automation;
  return (
    <Panel title="How often">
      <dl class="stack">
        <Fact about="For one incident">
          {oncePerIncident
            ? "Once, however often it is reported; again if it starts anew after its end"
            : "At each event that matches"}
        </Fact>
        <Fact about="Between two runs">
          {cooldown === null
            ? "No pause is needed"
            : `At least ${formatDuration(cooldown.seconds * 1000)}, from the ${cooldown.from} of the first`}
        </Fact>
        {cooldown?.key && (
          <Fact about="A pause for each">
            <code class="value">
              <Template text={cooldown.key} />
            </code>
          </Fact>
        )}
        <Fact about="Only while the incident is">
          {onlyWhile === null ? "In any status" : <Outside text={onlyWhile.join(", ")} />}
        </Fact>
        <Fact about="Events">
          {`At most ${formatDuration(maxEventAgeSeconds * 1000)} old${replays ? "; replays of any age" : "; no replays"}`}
        </Fact>
        <Fact about="Incidents">
          {teamId === null ? "Of every team" : <Outside text={`Of the team ${teamId}`} />}
        </Fact>
      </dl>
    </Panel>
  );
}

/** Where the deployment asks for none and nobody has given one, there is nothing to say. */
function Approval({ automation: { approval, awaitsApproval } }: { automation: Automation }) {
  if (approval === null && !awaitsApproval) return null;
  return (
    <Panel title="Approval">
      {approval === null ? (
        <p>Nobody has approved what it starts. Until a platform admin does, it skips every event.</p>
      ) : (
        <>
          <Said {...approval} note={null} />
          <p class="muted small">
            Version {approval.version}. It holds until something changes that decides what is started.
            {approval.selfApproved && " The approver wrote part of it."}
          </p>
        </>
      )}
    </Panel>
  );
}
