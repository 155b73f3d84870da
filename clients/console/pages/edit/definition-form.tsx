// The form of a definition, the preview beside it, and saving.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { guardLeaving } from "../../navigation/location.ts";
import { Note, Panel } from "../../parts/panels.tsx";
import { CodeEditor } from "../editor/code-editor.tsx";
import { ConductFields } from "./conduct-fields.tsx";
import type { Editing } from "./editing.ts";
import { type Example, inventExample, readExample } from "./example-values.tsx";
import { type Form, findChanges, readForm } from "./form.ts";
import { PreviewPanel } from "./preview-panel.tsx";
import { usePreview } from "./preview-request.ts";
import { problemsAt, wordsAt } from "./problems.ts";
import { BodyFields, NameFields, RequestFields } from "./request-fields.tsx";
import type { Runbook } from "./runbook.ts";
import { Saving } from "./saving.tsx";
import { readSchema } from "./template-names.ts";

export function DefinitionForm({ runbook }: { runbook: Runbook }) {
  const base = useMemo(() => readForm(runbook), [runbook]);
  const [form, setForm] = useState<Form>(base);
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
  const saved = useUnsaved(Object.keys(changes).length > 0);
  const editing: Editing = {
    form,
    change: (given) => setForm((before) => ({ ...before, ...given })),
    problems: own.length > 0 ? own : preview.problems,
  };
  return (
    <div class="split wide-aside">
      <Fields {...editing} />
      <div class="aside stack">
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

/** Asks before changes are lost. Returns what says that they are saved. */
function useUnsaved(isChanged: boolean): () => void {
  const [isSaved, setSaved] = useState(false);
  const isUnsaved = isChanged && !isSaved;
  const stop = useRef(() => {});
  useEffect(() => {
    stop.current = isUnsaved ? guardLeaving(askWhetherToLeave) : () => {};
    return () => stop.current();
  }, [isUnsaved]);
  return () => {
    stop.current();
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
        problems={problemsAt(problems, "/parameters").map(({ pointer, message }) => ({
          pointer: pointer.slice("/parameters".length),
          message,
        }))}
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
          problems={problemsAt(problems, "/cases").map(({ pointer, message }) => ({
            pointer: pointer.slice("/cases".length),
            message,
          }))}
          error={wordsAt(problems, "/cases")}
          onInput={(cases) => change({ cases })}
        />
      </div>
    </Panel>
  );
}
