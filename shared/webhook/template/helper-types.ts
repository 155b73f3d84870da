// What a helper of templates is: its arguments and their types, what it makes of null and secrets, and its function.
import type { JsonValue } from "../../domain/json.ts";
import type { ScalarShape, Shape } from "./shape.ts";

export type HelperResult = { value: JsonValue } | { problem: string };

/** `text`: anything but a list or an object. `container`: a list or an object. */
type ArgumentType = "any" | "text" | "number" | "boolean" | "list" | "container";

/** An argument as it is known at save. `literal` is set only for literals. */
export type Argument = { literal?: JsonValue; shape: Shape; name: string };

export type Helper = {
  usage: string;
  /** The number of arguments without a name. */
  arguments: { least: number; most: number };
  /** The type of each argument. The last one is that of all further ones. */
  takes: readonly ArgumentType[];
  /** Whether values with a name are taken: `eu="…"`. */
  takesNamed?: true;
  /**
   * What a null as the first argument does. `passed on`: the result is null, and the output context decides. A null
   * further on is refused unless its type is `any`.
   */
  nulls: "taken" | "passed on" | "refused";
  /** Results from a secret are secrets. `refused`: the result would tell what the secret is. `ignored`: it tells nothing. */
  secrets?: "refused" | "ignored";
  gives: Shape | ((args: readonly Argument[]) => Shape);
  run(args: JsonValue[]): HelperResult;
  /** Returns the problem of arguments that is known at save. `keys`: the names of the last arguments. */
  check?(args: readonly Argument[], keys: readonly string[]): string | undefined;
};

/** Returns a string unchanged, any other value as JSON. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

const WORDS: Record<ArgumentType, string> = {
  any: "a value",
  text: "a text",
  number: "a number",
  boolean: "a condition, such as (isSet …) or (eq …)",
  list: "a list",
  container: "a list or an object",
};

/** Returns the problem if no value of this shape has the type. */
export function shapeProblem({ shape, name }: Argument, type: ArgumentType): string | undefined {
  if (type === "any" || shape.kind === "any" || fitsShape(shape, type)) return undefined;
  return `needs ${WORDS[type]}, and ${name} is ${describe(shape)}`;
}

function fitsShape(shape: Exclude<Shape, { kind: "any" }>, type: ArgumentType): boolean {
  if (shape.kind === "array") return type === "list" || type === "container";
  if (shape.kind === "object") return type === "container";
  if (type === "number") return shape.type === undefined || isNumeric(shape);
  if (type === "boolean") return shape.type === undefined || shape.type === "boolean";
  return type === "text";
}

export const isNumeric = ({ type }: ScalarShape): boolean => type === "number" || type === "integer";

function describe(shape: Exclude<Shape, { kind: "any" }>): string {
  if (shape.kind !== "scalar") return shape.kind === "array" ? "a list" : "an object";
  if (isNumeric(shape)) return "a number";
  return shape.type === "boolean" ? "true or false" : "a text";
}

/** Returns the problem if the value does not have the type. */
export function valueProblem(value: JsonValue, type: ArgumentType): string | undefined {
  return fitsValue(value, type) ? undefined : `needs ${WORDS[type]}`;
}

function fitsValue(value: JsonValue, type: ArgumentType): boolean {
  switch (type) {
    case "any":
      return true;
    case "text":
      return typeof value !== "object";
    case "number":
    case "boolean":
      return typeof value === type;
    case "list":
      return Array.isArray(value);
    case "container":
      return typeof value === "object" && value !== null;
  }
}

export const isSecretArgument = ({ shape }: Argument): boolean =>
  shape.kind === "scalar" && shape.secret === true;

/** Returns the problem if the argument is a secret, which the result would tell. */
export function secretProblem(argument: Argument | undefined): string | undefined {
  if (argument === undefined || !isSecretArgument(argument)) return undefined;
  const { name } = argument;
  return `tells what a secret is, and ${name} is one: (isSet ${name}) only asks whether it is given`;
}
