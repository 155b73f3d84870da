// Parameters of a runbook: their schema as rows, and `--param name=value` as values of their types.
import { clean } from "../terminal/text.ts";
import { UsageError } from "./failures.ts";
import { splitParameters } from "./param-flag.ts";

type Scalar = string | number | boolean;
export type ParameterValues = Record<string, Scalar | Scalar[]>;

export type Parameter = {
  name: string;
  type: string;
  /** The type of the items of an array. */
  itemType: string;
  description: string;
  isRequired: boolean;
  isSecret: boolean;
  /** Undefined: it has none. */
  default: unknown;
  /** Values to choose from; empty: any. */
  choices: unknown[];
};

/** Reads a runbook's parameter schema. */
export function parametersOf(schema: Readonly<Record<string, unknown>>): Parameter[] {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(Object(schema["properties"])).map(([name, property]) => {
    const { type, items, description, writeOnly, default: value } = Object(property);
    return {
      name,
      type: typeof type === "string" ? type : "string",
      itemType: String(Object(items).type ?? "string"),
      description: typeof description === "string" ? description : "",
      isRequired: required.includes(name),
      isSecret: writeOnly === true,
      default: value,
      choices: choicesOf(Object(property)),
    };
  });
}

function choicesOf({ enum: values, oneOf, const: only }: Record<string, unknown>): unknown[] {
  if (Array.isArray(values)) return values;
  if (Array.isArray(oneOf)) return oneOf.map((choice) => Object(choice).const);
  return only === undefined ? [] : [only];
}

export function describeParameter({
  name,
  type,
  description,
  isRequired,
  isSecret,
  choices,
  ...rest
}: Parameter): string {
  const facts = [
    type,
    isRequired ? "required" : "optional",
    ...(isSecret ? ["secret"] : []),
    ...(rest.default === undefined ? [] : [`default ${JSON.stringify(rest.default)}`]),
    ...(choices.length === 0 ? [] : [`one of ${choices.map((each) => JSON.stringify(each)).join(", ")}`]),
  ];
  return clean(`${name} (${facts.join(", ")})${description === "" ? "" : `: ${description}`}`);
}

/** Reads `name=value` texts. An array takes several of them. @throws UsageError if a text has no `=` or a name is repeated */
export function readParameters(texts: readonly string[], parameters: readonly Parameter[]): ParameterValues {
  const values = new Map<string, string[]>();
  for (const [name, text] of splitParameters(texts)) values.set(name, [...(values.get(name) ?? []), text]);
  return Object.fromEntries(
    [...values].map(([name, given]) => [
      name,
      readValue(
        given,
        parameters.find((p) => p.name === name),
        name,
      ),
    ]),
  );
}

function readValue(
  given: readonly string[],
  parameter: Parameter | undefined,
  name: string,
): Scalar | Scalar[] {
  if (parameter?.type === "array") return given.map((text) => convert(text, parameter.itemType));
  const [only = "", ...more] = given;
  if (more.length > 0) throw new UsageError(`--param ${clean(name)} is given more than once.`);
  return convert(only, parameter?.type);
}

/** Text that is no value of the type is sent as it is: the service says what is wrong with it. */
function convert(text: string, type: string | undefined): Scalar {
  if ((type === "number" || type === "integer") && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text))
    return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

/** The value of what was typed for a parameter. The items of a list are separated by commas. */
export const readTyped = (text: string, { type, itemType }: Parameter): Scalar | Scalar[] =>
  type === "array" ? text.split(",").map((item) => convert(item.trim(), itemType)) : convert(text, type);
