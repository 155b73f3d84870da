// The fields about the messages of a source: which are read, where an incident is in them, and what else its kind has.
import { Panel } from "../../parts/panels.tsx";
import { problemsWithin, wordsAt } from "../edit/problems.ts";
import { CodeEditor } from "../editor/code-editor.tsx";
import { KNOWN_KINDS } from "../source/kinds.ts";
import type { Editing } from "./fields.tsx";
import { type Form, isClock } from "./form.ts";

/** Whether the pages have no field for what the kind asks for. */
const hasOthers = ({ kind, others }: Form) => others !== "" || !KNOWN_KINDS.includes(kind);

export function MessageFields({ form, change, problems }: Editing) {
  const at = (field: string) => ({
    problems: problemsWithin(problems, field),
    error: wordsAt(problems, field),
  });
  if (isClock(form) && !hasOthers(form)) return null;
  return (
    <Panel title="Its messages">
      <div class="stack">
        {!isClock(form) && <FilterField {...{ form, change, problems }} />}
        {form.kind === "generic" && (
          <CodeEditor
            label="Mapping"
            hint="Where an incident is in a message: JSON Pointers for id, title, status, and what else there is."
            language="json"
            value={form.mapping}
            onInput={(mapping) => change({ mapping })}
            {...at("/mapping")}
          />
        )}
        {hasOthers(form) && (
          <CodeEditor
            label="Further settings"
            hint="What only this kind of source has, as JSON."
            language="json"
            value={form.others}
            onInput={(others) => change({ others })}
            {...at("/others")}
          />
        )}
      </div>
    </Panel>
  );
}

function FilterField({ form, change, problems }: Editing) {
  return (
    <CodeEditor
      label="Filter"
      hint="An event pattern over the message: others are ignored. Empty: all are read."
      language="json"
      value={form.filter}
      onInput={(filter) => change({ filter })}
      problems={problemsWithin(problems, "/filter")}
      error={wordsAt(problems, "/filter")}
    />
  );
}
