// The form of a run. Every problem is told by the service itself, through the preview of the request.
import { useMemo, useState } from "preact/hooks";
import { useAction } from "../../data/action.ts";
import { requireMe } from "../../data/session.ts";
import { Button } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import { useFaultFocus } from "../../parts/fault-focus.ts";
import { Note, Panel } from "../../parts/panels.tsx";
import { BreakGlass } from "./break-glass.tsx";
import { Confirmation } from "./confirmation.tsx";
import { type RunForm as Form, type RunInput, useRunForm } from "./form-state.ts";
import { IncidentField } from "./incident-field.tsx";
import { ParameterField } from "./parameter-field.tsx";
import { LastRun, Prefills } from "./prefills.tsx";
import { PreviewPanel } from "./preview-panel.tsx";
import type { Preview, StartBody } from "./request.ts";
import { createStartKeys } from "./start-keys.ts";
import { listTeamsToRunFor, TeamField } from "./team-field.tsx";

type RunFormProps = RunInput & { onReload: () => void };

export function RunForm({ onReload, ...input }: RunFormProps) {
  const form = useRunForm(input);
  const faults = useFaultFocus<HTMLFormElement>();
  const [confirmed, setConfirmed] = useState<{ body: StartBody; preview: Preview } | null>(null);
  const keys = useMemo(createStartKeys, []);
  const check = useAction(async () => {
    const { body } = form;
    const preview = await form.preview.ask();
    faults.want(false);
    setConfirmed({ body, preview });
  });
  const submit = (event: Event) => {
    event.preventDefault();
    form.ask();
    faults.want(true);
    if (form.isReadable && form.choices.breakGlass?.trim() !== "") void check.run();
  };
  return (
    <div class="split run-split">
      <form ref={faults.element} class="stack" onSubmit={submit} noValidate>
        <Prefills from={form.from} secrets={form.secrets} earlier={input.earlier} />
        <ParametersPanel form={form} input={input} />
        <PurposePanel form={form} input={input} />
        <BreakGlass
          teamId={input.runbook.teamId ?? (form.choices.teamId || null)}
          reason={form.choices.breakGlass}
          isAsked={form.isAsked}
          onInput={(breakGlass) => form.choose({ breakGlass })}
        />
        <FormEnd form={form} isChecking={check.isRunning} />
      </form>
      <PreviewPanel preview={form.preview} isReadable={form.isReadable} isAsked={form.isAsked} />
      {confirmed && (
        <Confirmation {...{ ...input, ...confirmed, keys, onReload }} onClose={() => setConfirmed(null)} />
      )}
    </div>
  );
}

type PartProps = { form: Form; input: RunInput };

function ParametersPanel({ form, input: { runbook, earlier } }: PartProps) {
  return (
    <Panel
      title="Parameters"
      actions={earlier === null && <LastRun runbookId={runbook.id} incidentId={form.choices.incidentId} />}
    >
      <div class="fields">
        {form.parameters.length === 0 && <p class="muted">It takes no parameters.</p>}
        {form.parameters.map((parameter) => (
          <ParameterField
            key={parameter.name}
            parameter={parameter}
            texts={form.typed[parameter.name] ?? []}
            from={form.from[parameter.name]}
            error={form.problemOf(parameter.name)}
            onInput={(texts) => form.type(parameter.name, texts)}
          />
        ))}
      </div>
    </Panel>
  );
}

function PurposePanel({ form, input: { runbook, incident } }: PartProps) {
  const { incidentId, teamId } = form.choices;
  const teams = listTeamsToRunFor(requireMe(), runbook.teamId, incidentId);
  return (
    <Panel title="What it is for">
      <div class="fields">
        <IncidentField
          value={incidentId}
          known={incident}
          teamId={runbook.teamId}
          onInput={(id) => form.choose({ incidentId: id })}
        />
        {teams.length > 1 && (
          <TeamField value={teamId} teams={teams} onInput={(team) => form.choose({ teamId: team })} />
        )}
      </div>
    </Panel>
  );
}

function FormEnd({ form, isChecking }: { form: Form; isChecking: boolean }) {
  const isReasonMissing = form.choices.breakGlass?.trim() === "";
  const count = Object.keys(form.problems).length + (isReasonMissing ? 1 : 0);
  const { error } = form.preview;
  return (
    <div class="stack">
      {form.isAsked && count > 0 && (
        <Note
          tone="bad"
          alert
          title={count === 1 ? "One field is not right yet" : `${count} fields are not right yet`}
        />
      )}
      {form.isAsked && count === 0 && error !== undefined && <FailureNote error={error} />}
      <div class="row">
        <Button type="submit" kind="primary" icon="play" busy={isChecking}>
          Run …
        </Button>
        <span class="small muted">You see once more what will be called, before anything is.</span>
      </div>
    </div>
  );
}
