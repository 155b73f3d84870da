// The form of a definition, the preview beside it, and saving.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { guardLeaving } from "../../navigation/location.ts";
import { Button } from "../../parts/button.tsx";
import { Note, Panel } from "../../parts/panels.tsx";
import { CodeEditor } from "../editor/code-editor.tsx";
import { ConductFields } from "./conduct-fields.tsx";
import type { Editing } from "./editing.ts";
import { type Example, inventExample, readExample } from "./example-values.tsx";
import { type Form, findChanges, readForm } from "./form.ts";
import { dropDraft, findDraft, keepDraft } from "./kept-draft.ts";
import { PreviewPanel } from "./preview-panel.tsx";
import { usePreview } from "./preview-request.ts";
import { problemsWithin, wordsAt } from "./problems.ts";
import { BodyFields, NameFields, RequestFields } from "./request-fields.tsx";
import type { Runbook } from "./runbook.ts";
import { Saving } from "./saving.tsx";
import { readSchema } from "./template-names.ts";

export function DefinitionForm({ runbook }: { runbook: Runbook }) {
  const [round, setRound] = useState(0);
  const discard = () => {
    dropDraft(runbook.id, runbook.version);
    setRound(round + 1);
  };
  // The editors begin anew with what they are given first.
  return <DraftForm key={round} runbook={runbook} onDiscard={discard} />;
}

function DraftForm({ runbook, onDiscard }: { runbook: Runbook; onDiscard: () => void }) {
  const base = useMemo(() => readForm(runbook), [runbook]);
  const kept = useMemo(() => findDraft(runbook.id, runbook.version), [runbook]);
  const [form, setForm] = useState<Form>(kept ?? base);
  const schema = useMemo(() => readSchema(form.parameters), [form.parameters]);
  const [typed, setTyped] = useState<Example>({});
  // A parameter that is new in the schema has a value at once.
  const example = { ...inventExample(schema), ...typed };
  const { changes, problems: own } = findChanges(form, base);
  const preview = usePreview({
    runbookId: runbook.id,
    changes,
    parameters: readExample(schema, example),
    isComplete: own.length === 0,
  });
  const saved = useUnsaved({ runbook, form, base, isChanged: Object.keys(changes).length > 0 });
  const editing: Editing = {
    form,
    change: (given) => setForm((before) => ({ ...before, ...given })),
    problems: own.length > 0 ? own : preview.problems,
  };
  return (
    <div class="split wide-aside">
      <Fields {...editing} />
      <div class="aside stack">
        {kept && <Restored onDiscard={onDiscard} />}
        <Saving runbook={runbook} changes={changes} problems={editing.problems} onSaved={saved} />
        <PreviewPanel preview={preview} schema={schema} example={example} onExample={setTyped} />
      </div>
    </div>
  );
}

function Fields(editing: Editing) {
  return (
    <div class="stack">
      <NameFields {...editing} />
      <RequestFields {...editing} />
      <JsonFields {...editing} />
      <BodyFields {...editing} />
      <ConductFields {...editing} />
      <CaseFields {...editing} />
    </div>
  );
}

function Restored({ onDiscard }: { onDiscard: () => void }) {
  return (
    <Note tone="info" title="This is what you had typed">
      <p>It was not saved. Secrets that you had typed are not kept: type them again.</p>
      <div>
        <Button small onClick={onDiscard}>
          Discard it
        </Button>
      </div>
    </Note>
  );
}

type Unsaved = { runbook: Runbook; form: Form; base: Form; isChanged: boolean };

/** Keeps changes in this tab, and asks before they are left. Returns what says that they are saved. */
function useUnsaved({ runbook: { id, version }, form, base, isChanged }: Unsaved): () => void {
  const [isSaved, setSaved] = useState(false);
  const isUnsaved = isChanged && !isSaved;
  const stop = useRef(() => {});
  useEffect(() => {
    stop.current = isUnsaved ? guardLeaving(askWhetherToLeave) : () => {};
    return () => stop.current();
  }, [isUnsaved]);
  useEffect(() => {
    if (isUnsaved) keepDraft(id, version, form, base);
    else dropDraft(id, version);
  }, [isUnsaved, id, version, form, base]);
  return () => {
    stop.current();
    dropDraft(id, version);
    setSaved(true);
  };
}

const askWhetherToLeave = () => globalThis.confirm("Leave this page? What you have changed is not saved.");

function JsonFields({ form, change, problems }: Editing) {
  return (
    <Panel title="Parameters">
      <CodeEditor
        label="JSON Schema of the parameters"
        hint="A flat object: for each parameter a type, a description, and what is allowed. writeOnly makes one secret."
        language="json"
        value={form.parameters}
        problems={problemsWithin(problems, "/parameters")}
        error={wordsAt(problems, "/parameters")}
        onInput={(parameters) => change({ parameters })}
      />
    </Panel>
  );
}

function CaseFields({ form, change, problems }: Editing) {
  return (
    <Panel title="Cases">
      <div class="stack">
        {form.cases === "" && (
          <Note tone="quiet">
            A case is an example with the request that it must render to. Reviewers read them first.
          </Note>
        )}
        <CodeEditor
          label="Cases, JSON"
          hint='A list such as [{"name": "checkout", "parameters": {"service": "checkout"}, "expect": {"body": {}}}]. Empty: none.'
          language="json"
          value={form.cases}
          problems={problemsWithin(problems, "/cases")}
          error={wordsAt(problems, "/cases")}
          onInput={(cases) => change({ cases })}
        />
      </div>
    </Panel>
  );
}
