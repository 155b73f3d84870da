// The state of the form of a run: what is typed, what it means, and what is wrong with it so far.
import { useMemo, useState } from "preact/hooks";
import type { OutputOf } from "../../../api-client/types.ts";
import { readParameters } from "../../data/parameter-schema.ts";
import { here } from "../../navigation/location.ts";
import { type Incident, listSecretsOf, prefillParameters } from "./prefill.ts";
import { usePreview } from "./preview.ts";
import { buildStart, type Choices, type Definition, type Runbook, sortIssues } from "./request.ts";
import { readValues } from "./values.ts";

export type RunInput = {
  runbook: Runbook;
  definition: Definition;
  liveVersion: number;
  earlier: OutputOf<"get-execution"> | null;
  incident: Incident | null;
};
export type RunForm = ReturnType<typeof useRunForm>;

export function useRunForm(input: RunInput) {
  const fields = useFields(input);
  const [isAsked, setAsked] = useState(false);
  const { values, faults } = readValues(fields.typed, fields.parameters);
  const body = buildStart(values, fields.choices, input.liveVersion);
  const isReadable = Object.keys(faults).length === 0;
  const preview = usePreview(input.runbook.id, isReadable ? body : null);
  const issues = sortIssues(preview.error);
  const problems: Readonly<Record<string, string>> = { ...issues.ofParameters, ...faults };
  return {
    ...{ ...fields, body, isReadable, isAsked, preview, problems },
    ask: () => setAsked(true),
    /** A field that nobody has come to yet is not called wrong. */
    problemOf: (name: string) => (isAsked || fields.touched.has(name) ? problems[name] : undefined),
  };
}

function useFields({ definition, earlier, incident }: RunInput) {
  const parameters = useMemo(() => readParameters(definition.parameters), [definition]);
  const [{ typed, from }, setPrefilled] = useState(() =>
    prefillParameters(parameters, { query: here.peek().query, earlier, incident }),
  );
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [choices, setChoices] = useState<Choices>({
    incidentId: here.peek().query.get("incidentId") ?? "",
    ...{ teamId: "", breakGlass: null },
  });
  const type = (name: string, texts: readonly string[]) => {
    const { [name]: _typed, ...others } = from;
    setPrefilled({ typed: { ...typed, [name]: texts }, from: others });
    setTouched(new Set([...touched, name]));
  };
  const choose = (changed: Partial<Choices>) => setChoices({ ...choices, ...changed });
  const secrets = listSecretsOf(parameters, earlier);
  return { parameters, typed, from, touched, choices, secrets, type, choose };
}
