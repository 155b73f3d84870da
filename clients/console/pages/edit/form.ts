// The fields of the form that edits a definition, all of them as one types them.
import { type AuthForm, readAuth, writeAuth } from "./auth-form.ts";
import type { Changes, Definition } from "./changes.ts";
import { type Conduct, readConduct, writeConduct } from "./conduct-form.ts";
import { type Pair, readPairs, writePairs } from "./pairs.ts";
import { type Problem, parseJson } from "./problems.ts";
import { readSecret, writeSecret } from "./secret-text.ts";

export type Form = Conduct & {
  name: string;
  description: string;
  webhookMethod: Definition["webhookMethod"];
  webhookUrl: string;
  headers: readonly Pair[];
  auth: AuthForm;
  secrets: readonly Pair[];
  /** JSON. */
  parameters: string;
  payloadFormat: Definition["payloadFormat"];
  payloadTemplate: string;
  /** JSON; empty: none. */
  cases: string;
};

export function readForm(definition: Definition): Form {
  const { name, description, webhookMethod, webhookUrl, payloadFormat, payloadTemplate, cases } = definition;
  return {
    ...{ name, description, webhookMethod, webhookUrl, payloadFormat, payloadTemplate },
    ...readConduct(definition),
    headers: readPairs(definition.webhookHeaders, String),
    auth: readAuth(definition),
    secrets: readPairs(definition.secrets, writeSecret),
    parameters: JSON.stringify(definition.parameters, null, 2),
    cases: cases ? JSON.stringify(cases, null, 2) : "",
  };
}

type Written = { changes: Changes; problems: Problem[] };

/** Returns the definition that the form says. What is no value, such as broken JSON, is a problem at its field. */
function writeForm(form: Form): Written {
  const { name, description, webhookMethod, webhookUrl, payloadFormat, payloadTemplate } = form;
  const parameters = parseJson(form.parameters, "/parameters");
  const cases = form.cases.trim() === "" ? { value: null, problems: [] } : parseJson(form.cases, "/cases");
  const conduct = writeConduct(form);
  const changes = {
    ...{ name, description, webhookMethod, webhookUrl, payloadFormat, payloadTemplate },
    ...conduct.changes,
    ...writeAuth(form.auth),
    webhookHeaders: writePairs(form.headers, String),
    secrets: writePairs(form.secrets, readSecret),
    ...(parameters.value !== undefined && { parameters: parameters.value as Changes["parameters"] }),
    ...(cases.value !== undefined && { cases: cases.value as Changes["cases"] }),
  };
  return { changes, problems: [...parameters.problems, ...cases.problems, ...conduct.problems] };
}

/** Returns the fields that differ from those that the form began with: others may have changed the rest meanwhile. */
export function findChanges(form: Form, base: Form): Written {
  const [now, before] = [writeForm(form), writeForm(base)];
  const changed = Object.entries(now.changes).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(before.changes, field)),
  );
  return { changes: Object.fromEntries(changed), problems: now.problems };
}
