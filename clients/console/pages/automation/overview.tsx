// When an automation fires, and what it then runs.
import { Code, Template } from "../../parts/code.tsx";
import { formatDuration } from "../../parts/duration.ts";
import { Panel } from "../../parts/panels.tsx";
import { RunbookLink } from "../../parts/runbook-link.tsx";
import { Fact } from "../../parts/said.tsx";
import { Outside, Visible } from "../../parts/text.tsx";
import type { Automation } from "./page.tsx";

export function Overview({ automation }: { automation: Automation }) {
  const { pattern, parameters, runbookId, oncePerIncident, cooldownSeconds, teamId } = automation;
  const given = Object.entries(parameters);
  return (
    <div class="split">
      <div class="stack">
        <Panel title="When an event matches this pattern">
          <div class="stack">
            <p class="muted small">
              All fields must match; of the values of one field, any. The event is an incident's, as the bus
              delivers it.
            </p>
            <Code title="Pattern" text={JSON.stringify(pattern, null, 2)} />
          </div>
        </Panel>
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
      </div>
      <div class="aside stack">
        <Panel title="How often">
          <dl class="stack">
            <Fact about="For one incident">
              {oncePerIncident ? "Once, however often it is reported" : "At each event that matches"}
            </Fact>
            <Fact about="Between two runs">
              {cooldownSeconds === 0
                ? "No pause is needed"
                : `At least ${formatDuration(cooldownSeconds * 1000)}`}
            </Fact>
            <Fact about="Incidents">
              {teamId === null ? (
                "Of every team"
              ) : (
                <>
                  Of the team <Outside text={teamId} />
                </>
              )}
            </Fact>
          </dl>
        </Panel>
      </div>
    </div>
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
