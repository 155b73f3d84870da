// Tests an automation with the latest event of an incident, or with a sample event. Nothing is sent or stored.
import { useState } from "preact/hooks";
import type { Arguments, OutputOf } from "../../../api-client/types.ts";
import { useAction } from "../../data/action.ts";
import { client } from "../../data/client.ts";
import { isAllowed, requireMe } from "../../data/session.ts";
import { Button } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import { SelectField, TextArea, TextField } from "../../parts/field.tsx";
import { Blank, Panel } from "../../parts/panels.tsx";
import type { Automation } from "./automation.ts";
import { buildSampleEvent } from "./sample-event.ts";
import { TrialResult } from "./trial-result.tsx";

type Body = Arguments<"test-automation">[0]["body"];
type EventInput = NonNullable<Body["event"]>;

export function Trial({ automation }: { automation: Automation }) {
  if (!isAllowed(requireMe(), "execute", automation.teamId))
    return (
      <Blank icon="lock" title="You may see this automation, but not test it">
        <p>A test shows the request that would be sent. It needs the role responder or admin.</p>
      </Blank>
    );
  return <TrialForm automation={automation} />;
}

function TrialForm({ automation }: { automation: Automation }) {
  const [typed, setTyped] = useState<Typed>(() => ({
    ...{ source: "event", incidentId: "" },
    event: JSON.stringify(buildSampleEvent(automation, new Date()), null, 2),
  }));
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [result, setResult] = useState<OutputOf<"test-automation"> | null>(null);
  const test = useAction(async (body: Body) => {
    setResult(await client.testAutomation({ automationId: automation.id, body }));
  });
  const submit = (event: Event) => {
    event.preventDefault();
    const read = typed.source === "incident" ? readIncident(typed.incidentId) : readEvent(typed.event);
    setFault("fault" in read ? read.fault : undefined);
    if ("body" in read) void test.run(read.body);
  };
  return (
    <div class="split run-split">
      <Panel title="The event">
        <form class="fields" onSubmit={submit} noValidate>
          <EventFields {...{ typed, fault }} onInput={(changed) => setTyped({ ...typed, ...changed })} />
          {test.error !== undefined && <FailureNote error={test.error} />}
          <div class="row">
            <Button type="submit" kind="primary" busy={test.isRunning}>
              Test it
            </Button>
            <span class="small muted">Nothing is sent, and nothing is stored.</span>
          </div>
        </form>
      </Panel>
      <div class="aside" role="status">
        <Panel title="What it would do">
          {result ? <TrialResult result={result} /> : <p class="muted">The test shows it.</p>}
        </Panel>
      </div>
    </div>
  );
}

type Typed = { source: "incident" | "event"; incidentId: string; event: string };
type EventFieldsProps = {
  typed: Typed;
  fault: string | undefined;
  onInput: (changed: Partial<Typed>) => void;
};

function EventFields({ typed: { source, incidentId, event }, fault, onInput }: EventFieldsProps) {
  return (
    <>
      <SelectField
        label="Test with"
        value={source}
        onInput={(value) => onInput({ source: value === "incident" ? "incident" : "event" })}
        options={[
          ["event", "A sample event, which you may change"],
          ["incident", "The latest event of an incident"],
        ]}
      />
      {source === "incident" ? (
        <TextField
          label="Incident"
          required
          value={incidentId}
          onInput={(text) => onInput({ incidentId: text })}
          error={fault}
        />
      ) : (
        <TextArea
          label="Event"
          mono
          required
          rows={18}
          value={event}
          onInput={(text) => onInput({ event: text })}
          error={fault}
        />
      )}
    </>
  );
}

type Read = { body: Body } | { fault: string };

const readIncident = (text: string): Read =>
  text.trim() === "" ? { fault: "Say which incident." } : { body: { incidentId: text.trim() } };

function readEvent(text: string): Read {
  try {
    return { body: { event: JSON.parse(text) as EventInput } };
  } catch (error) {
    return { fault: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
