// What the form of a run holds for each parameter, and the JSON value that it stands for.
import type { Parameter } from "../../data/parameter-schema.ts";

/** Texts as they are typed, one for each item of an array. A choice is kept as the JSON of its value. */
export type Typed = Readonly<Record<string, readonly string[]>>;

/** A value, or why the text is none. Undefined: it is not given. */
type Read = { value: unknown } | { fault: string };

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function readText(text: string, { type, choices }: Parameter): Read {
  if (choices) return { value: JSON.parse(text) as unknown };
  if (type === "boolean") return { value: text === "true" };
  if (type !== "number" && type !== "integer") return { value: text };
  const value = Number(text);
  if (!NUMBER.test(text.trim())) return { fault: "must be a number, such as 3 or 2.5" };
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
  return isExact ? { value } : { fault: "is too large to be sent exactly" };
}

/** Returns the value of one parameter. What else is wrong with it, the service says. */
function readParameterValue(texts: readonly string[], parameter: Parameter): Read {
  const given = texts.filter((text) => text !== "");
  if (given.length === 0)
    return parameter.isRequired && parameter.default === undefined
      ? { fault: "is needed" }
      : { value: undefined };
  const values: unknown[] = [];
  for (const text of given) {
    const read = readText(text, parameter);
    if ("fault" in read) return read;
    values.push(read.value);
  }
  return { value: parameter.isArray ? values : values[0] };
}

/** Returns the values that are given, by name, and what is wrong with the others. */
export function readValues(typed: Typed, parameters: readonly Parameter[]) {
  const values: Record<string, unknown> = {};
  const faults: Record<string, string> = {};
  for (const parameter of parameters) {
    const read = readParameterValue(typed[parameter.name] ?? [], parameter);
    if ("fault" in read) faults[parameter.name] = read.fault;
    else if (read.value !== undefined) values[parameter.name] = read.value;
  }
  return { values, faults };
}

/** Returns how the form holds a value: nothing, if the parameter cannot have it. */
export function typeValue(value: unknown, { choices, isArray }: Parameter): string[] {
  const items = Array.isArray(value) ? value : [value];
  if (!isArray && items.length > 1) return [];
  return items.flatMap((item) => {
    if (item === null || item === undefined || typeof item === "object") return [];
    if (!choices) return [String(item)];
    const text = JSON.stringify(item);
    return choices.some((choice) => JSON.stringify(choice.value) === text) ? [text] : [];
  });
}

/** Returns how the form holds a text of a link: a choice is named by its value. */
export function typeLinked(texts: readonly string[], parameter: Parameter): string[] {
  const { choices, isArray } = parameter;
  const known = choices
    ? texts.flatMap((text) => {
        const choice = choices.find(({ value }) => String(value) === text);
        return choice ? [JSON.stringify(choice.value)] : [];
      })
    : [...texts];
  return isArray ? known : known.slice(0, 1);
}
