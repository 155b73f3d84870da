// The part of the form that says what is called.
import { SelectField, TextArea, TextField } from "../../parts/field.tsx";
import { Panel } from "../../parts/panels.tsx";
import { CodeEditor } from "../editor/code-editor.tsx";
import { AuthFields } from "./auth-fields.tsx";
import type { Editing } from "./editing.ts";
import { PairsField } from "./pairs-field.tsx";
import { problemsAt, wordsAt } from "./problems.ts";
import { listNames } from "./template-names.ts";

const METHODS = ["POST", "PUT", "PATCH", "DELETE", "GET"] as const;
const FORMATS = [
  ["json", "JSON"],
  ["form", "Form"],
  ["text", "Text"],
] as const;

export function NameFields({ form, change, problems }: Editing) {
  return (
    <Panel title="For people">
      <div class="stack">
        <TextField
          label="Name"
          required
          value={form.name}
          onInput={(name) => change({ name })}
          error={wordsAt(problems, "/name")}
        />
        <TextArea
          label="Description"
          hint="What it does, and when to use it. Whoever is on call reads this first."
          required
          rows={2}
          value={form.description}
          onInput={(description) => change({ description })}
          error={wordsAt(problems, "/description")}
        />
      </div>
    </Panel>
  );
}

export function RequestFields(editing: Editing) {
  const { form, change, problems } = editing;
  return (
    <Panel title="What it calls">
      <div class="stack">
        <div class="url-row">
          <SelectField
            label="Method"
            value={form.webhookMethod}
            onInput={(value) => change({ webhookMethod: METHODS.find((each) => each === value) ?? "POST" })}
            options={METHODS.map((each) => [each, each] as const)}
            error={wordsAt(problems, "/webhookMethod")}
          />
          <CodeEditor
            label="URL"
            language="line"
            value={form.webhookUrl}
            names={listNames(form)}
            problems={problemsAt(problems, "/webhookUrl")}
            error={wordsAt(problems, "/webhookUrl")}
            onInput={(webhookUrl) => change({ webhookUrl })}
          />
        </div>
        <AuthFields {...editing} />
        <HeaderFields {...editing} />
      </div>
    </Panel>
  );
}

function HeaderFields({ form, change, problems }: Editing) {
  return (
    <>
      <PairsField
        legend="Headers"
        what="header"
        pairs={form.headers}
        onInput={(headers) => change({ headers })}
        error={wordsAt(problems, "/webhookHeaders")}
      />
      <PairsField
        legend="Secrets"
        hint="Templates write one as {{secrets.name}}. They are stored encrypted and shown to nobody. ******** keeps the stored one; the ARN of a secret in AWS Secrets Manager, perhaps with #member, refers to it."
        what="secret"
        isSecret
        pairs={form.secrets}
        onInput={(secrets) => change({ secrets })}
        error={wordsAt(problems, "/secrets")}
      />
    </>
  );
}

export function BodyFields({ form, change, problems }: Editing) {
  return (
    <Panel
      title="Body"
      actions={
        <SelectField
          label="Format"
          value={form.payloadFormat}
          onInput={(value) =>
            change({ payloadFormat: FORMATS.find(([each]) => each === value)?.[0] ?? "json" })
          }
          options={FORMATS}
        />
      }
    >
      <CodeEditor
        label="Template of the body"
        hint="Between {{ and }} stand names and helpers: type {{ and choose. Each is escaped for its place. Empty: the request has no body."
        language="template"
        value={form.payloadTemplate}
        names={listNames(form)}
        problems={problemsAt(problems, "/payloadTemplate")}
        error={wordsAt(problems, "/payloadTemplate")}
        onInput={(payloadTemplate) => change({ payloadTemplate })}
      />
    </Panel>
  );
}
