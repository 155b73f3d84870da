// What stands in the form of a run before anybody types: from the link, from an earlier run, from the incident.
import type { OutputOf } from "../../../api-client/types.ts";
import type { Parameter } from "../../data/parameter-schema.ts";
import { type Typed, typeLinked, typeValue } from "./values.ts";

export type Incident = OutputOf<"get-incident">;
type Sources = {
  query: URLSearchParams;
  earlier: OutputOf<"get-execution"> | null;
  incident: Incident | null;
};

/** `from`: parameter → where its value comes from, in words after "Filled in from". */
type Prefilled = { typed: Typed; from: Readonly<Record<string, string>> };

/** A link names values as the search for executions does: `parameter.<name>=<value>`. */
const LINKED = "parameter.";

/** The first of these that has a value for a parameter fills it in. Secrets are typed each time. */
export function prefillParameters(parameters: readonly Parameter[], sources: Sources): Prefilled {
  const typed: Record<string, readonly string[]> = {};
  const from: Record<string, string> = {};
  for (const parameter of parameters.filter(({ isSecret }) => !isSecret)) {
    const found = listCandidates(parameter, sources).find(({ texts }) => texts.length > 0);
    if (!found) continue;
    typed[parameter.name] = found.texts;
    from[parameter.name] = found.words;
  }
  return { typed, from };
}

function listCandidates(parameter: Parameter, { query, earlier, incident }: Sources) {
  const { name } = parameter;
  return [
    { words: "the link", texts: typeLinked(query.getAll(`${LINKED}${name}`), parameter) },
    { words: "the earlier run", texts: typeValue(memberOf(earlier?.parameters, name), parameter) },
    { words: "the incident", texts: typeValue(memberOf(incident?.metadata, name), parameter) },
  ];
}

const memberOf = (values: Readonly<Record<string, unknown>> | null | undefined, name: string): unknown =>
  values && Object.hasOwn(values, name) ? values[name] : undefined;

/** The parameters of an earlier run that must be typed again, since nobody is shown them. */
export const listSecretsOf = (parameters: readonly Parameter[], earlier: Sources["earlier"]): string[] =>
  parameters
    .filter(({ isSecret, name }) => isSecret && memberOf(earlier?.parameters, name) !== undefined)
    .map(({ name, title }) => title ?? name);
