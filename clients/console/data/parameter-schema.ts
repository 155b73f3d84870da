// Reads the parameter schema of a runbook for people: each parameter with its type, its choices and its limits in words.

const TYPES = ["string", "number", "integer", "boolean", "array"] as const;
type ParameterType = (typeof TYPES)[number];

/** One of the values that are allowed, with the label that people see. */
type Choice = { value: unknown; label: string };

export type Parameter = {
  name: string;
  /** Of each item, if it is an array. */
  type: ParameterType;
  isArray: boolean;
  title: string | null;
  description: string | null;
  isRequired: boolean;
  isSecret: boolean;
  isDeprecated: boolean;
  /** Undefined: it has none. */
  default: unknown;
  examples: readonly unknown[];
  /** Null: every value that the limits allow. */
  choices: readonly Choice[] | null;
  /** What else a value must be, such as "at most 40 characters". */
  limits: readonly string[];
  /** The most characters of a text; null: no limit is given. */
  longest: number | null;
};

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;

const textIn = (value: unknown, name: string): string | null => {
  const found = memberOf(value, name);
  return typeof found === "string" && found !== "" ? found : null;
};
const numberIn = (value: unknown, name: string): number | null => {
  const found = memberOf(value, name);
  return typeof found === "number" ? found : null;
};
const listIn = (value: unknown, name: string): readonly unknown[] => {
  const found = memberOf(value, name);
  return Array.isArray(found) ? found : [];
};

/** Returns the parameters in the order in which the schema has them. */
export function readParameters(schema: unknown): Parameter[] {
  const required = listIn(schema, "required");
  return Object.entries(memberOf(schema, "properties") ?? {}).map(([name, property]) =>
    readParameter(name, property, required.includes(name)),
  );
}

function readParameter(name: string, property: unknown, isRequired: boolean): Parameter {
  const isArray = memberOf(property, "type") === "array";
  const item = isArray ? memberOf(property, "items") : property;
  return {
    name,
    type: TYPES.find((type) => type === memberOf(item, "type")) ?? "string",
    isArray,
    title: textIn(property, "title"),
    description: textIn(property, "description"),
    isRequired,
    isSecret: memberOf(property, "writeOnly") === true,
    isDeprecated: memberOf(property, "deprecated") === true,
    default: memberOf(property, "default"),
    examples: listIn(property, "examples"),
    choices: readChoices(item),
    limits: [...describeLimits(item), ...(isArray ? describeLimits(property) : [])],
    longest: numberIn(item, "maxLength"),
  };
}

function readChoices(property: unknown): Choice[] | null {
  const labelled = listIn(property, "oneOf").map((each) => {
    const value = memberOf(each, "const");
    return { value, label: textIn(each, "title") ?? String(value) };
  });
  const plain = listIn(property, "enum").map((value) => ({ value, label: String(value) }));
  const only = memberOf(property, "const");
  const all = [...labelled, ...plain, ...(only === undefined ? [] : [{ value: only, label: String(only) }])];
  return all.length === 0 ? null : all;
}

/** Keyword → its words, with the value of the keyword. */
const LIMITS: Readonly<Record<string, (value: unknown) => string>> = {
  minimum: (value) => `at least ${value}`,
  maximum: (value) => `at most ${value}`,
  exclusiveMinimum: (value) => `more than ${value}`,
  exclusiveMaximum: (value) => `less than ${value}`,
  multipleOf: (value) => `a multiple of ${value}`,
  minLength: (value) => `at least ${value} ${value === 1 ? "character" : "characters"}`,
  maxLength: (value) => `at most ${value} characters`,
  pattern: (value) => `must match ${value}`,
  format: (value) => `a ${String(value).replace("-", " ")}`,
  minItems: (value) => `at least ${value} ${value === 1 ? "item" : "items"}`,
  maxItems: (value) => `at most ${value} items`,
  uniqueItems: () => "no item twice",
};

function describeLimits(property: unknown): string[] {
  return Object.entries(LIMITS).flatMap(([keyword, say]) => {
    const value = memberOf(property, keyword);
    return value === undefined || value === false ? [] : [say(value)];
  });
}

/** Returns the type in words, such as "list of numbers". */
export function describeType({ type, isArray, choices }: Parameter): string {
  const words = {
    string: "text",
    number: "number",
    integer: "whole number",
    boolean: "yes or no",
    array: "list",
  };
  const one = choices === null ? words[type] : `one of ${choices.length}`;
  return isArray ? `list of ${choices === null ? `${one}${type === "string" ? "s" : ""}` : one}` : one;
}
