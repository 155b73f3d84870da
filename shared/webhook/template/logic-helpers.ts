// Helpers of conditions and choices. Their arguments are compared with what is possible when the template is saved.
import type { JsonValue } from "../../domain/json.ts";
import { findNearestName } from "../../domain/nearest-name.ts";
import { type Argument, type Helper, type HelperResult, isNumeric, secretProblem } from "./helper-types.ts";
import { ANY, BOOLEAN, memberNames, memberShape, type ScalarShape, type Shape, toOptional } from "./shape.ts";
import { eitherShape } from "./text-helpers.ts";

const TWO = { least: 2, most: 2 };

/** Reached only by a defect: `evaluate` handles these helpers itself. */
const evaluatedElsewhere = (): HelperResult => ({ problem: "cannot be called so" });

function equality(usage: string, whenSame: boolean): Helper {
  return {
    usage,
    arguments: TWO,
    takes: ["any"],
    nulls: "taken",
    secrets: "refused",
    gives: BOOLEAN,
    run: ([a = null, b = null]) => compareSame(a, b, whenSame),
    check: ([a, b]) => (a && b ? checkSame(a, b) : undefined),
  };
}

function order(usage: string, holds: (a: number, b: number) => boolean): Helper {
  return {
    usage,
    arguments: TWO,
    takes: ["number"],
    nulls: "refused",
    secrets: "refused",
    gives: BOOLEAN,
    run: ([a, b]) => ({ value: holds(Number(a), Number(b)) }),
  };
}

function junction(usage: string): Helper {
  return {
    usage,
    arguments: { least: 2, most: 8 },
    takes: ["boolean"],
    nulls: "taken",
    secrets: "refused",
    gives: BOOLEAN,
    run: evaluatedElsewhere,
  };
}

export const LOGIC_HELPERS = {
  isSet: {
    usage: "isSet value",
    arguments: { least: 1, most: 1 },
    takes: ["any"],
    nulls: "taken",
    secrets: "ignored",
    gives: BOOLEAN,
    run: ([value = null]) => ({ value: value !== null }),
  },
  eq: equality('eq value "other"', true),
  ne: equality('ne value "other"', false),
  lt: order("lt number 10", (a, b) => a < b),
  lte: order("lte number 10", (a, b) => a <= b),
  gt: order("gt number 10", (a, b) => a > b),
  gte: order("gte number 10", (a, b) => a >= b),
  and: junction("and condition condition …"),
  or: junction("or condition condition …"),
  not: {
    usage: "not condition",
    arguments: { least: 1, most: 1 },
    takes: ["boolean"],
    nulls: "taken",
    secrets: "refused",
    gives: BOOLEAN,
    run: ([value]) => ({ value: value !== true }),
  },
  lookup: {
    usage: 'lookup object "name"',
    arguments: TWO,
    takes: ["container", "text"],
    nulls: "passed on",
    gives: ([container, key]) => (container && key ? lookupShape(container.shape, key) : ANY),
    run: evaluatedElsewhere,
    check: ([container, key]) =>
      secretProblem(key) ?? (container && key ? checkLookup(container, key) : undefined),
  },
  choose: {
    usage: 'choose value eu="Europe" us="America"',
    arguments: { least: 1, most: 1 },
    takes: ["text", "any"],
    takesNamed: true,
    nulls: "passed on",
    gives: ([, ...entries]) => entries.map(({ shape }) => shape).reduceRight(combine, undefined) ?? ANY,
    run: evaluatedElsewhere,
    check: (args, keys) => secretProblem(args[0]) ?? checkChoose(args, keys),
  },
} as const satisfies Record<string, Helper>;

const combine = (shape: Shape | undefined, other: Shape): Shape =>
  shape === undefined ? other : eitherShape(shape, other);

function compareSame(a: JsonValue, b: JsonValue, whenSame: boolean): HelperResult {
  if ((typeof a === "object" && a !== null) || (typeof b === "object" && b !== null))
    return { problem: "compares single values, no lists and objects" };
  if (a !== null && b !== null && typeof a !== typeof b)
    return {
      problem: `compares a ${typeof a} with a ${typeof b}, which are never equal: use number or json`,
    };
  return { value: (a === b) === whenSame };
}

function checkSame(a: Argument, b: Argument): string | undefined {
  if (a.literal === null || b.literal === null)
    return "compares values: ask {{#if (isSet …)}} whether there is one";
  const [x, y] = [a.shape, b.shape];
  if (x.kind === "any" || y.kind === "any") return undefined;
  if (x.kind !== "scalar" || y.kind !== "scalar") return "compares single values, no lists and objects";
  if (x.type !== undefined && y.type !== undefined && x.type !== y.type && !(isNumeric(x) && isNumeric(y)))
    return `compares a ${x.type} with a ${y.type}, which are never equal`;
  return checkChoices(a, x, b, y);
}

/** Two values with known choices must have one in common. */
function checkChoices(a: Argument, x: ScalarShape, b: Argument, y: ScalarShape): string | undefined {
  const { values: left } = x;
  const { values: right } = y;
  if (!left || !right || left.some((value) => right.includes(value))) return undefined;
  const [named, choices, literal] =
    b.literal === undefined ? [b.name, right, a.literal] : [a.name, left, b.literal];
  if (literal === undefined) return `compares ${a.name} with ${b.name}, which have no value in common`;
  return `compares ${named} with ${JSON.stringify(literal).slice(0, 60)}, which it never is${suggest(String(literal), choices)}`;
}

function suggest(typed: string, choices: readonly unknown[]): string {
  const known = choices.map(String);
  const near = Number.isNaN(Number(typed)) ? findNearestName(typed, known) : undefined;
  if (near !== undefined) return `: did you mean ${near}?`;
  return `: it is one of ${known.slice(0, 8).join(", ")}${known.length > 8 ? ", …" : ""}`;
}

/** The names that a lookup can ask for, if they are known. */
function namesOf({ literal, shape }: Argument): string[] | undefined {
  if (literal !== undefined) return [String(literal)];
  return shape.kind === "scalar" ? shape.values?.map(String) : undefined;
}

function lookupShape(container: Shape, key: Argument): Shape {
  if (container.kind === "array") return toOptional(container.items);
  const names = container.kind === "object" ? namesOf(key) : undefined;
  const shapes = names?.map((name) => memberShape(container, name) ?? ANY) ?? [];
  const shape = shapes.reduce(combine, undefined) ?? ANY;
  return container.kind === "object" && container.optional ? toOptional(shape) : shape;
}

function checkLookup({ shape, name }: Argument, key: Argument): string | undefined {
  if (shape.kind === "array") {
    const isIndex = key.literal === undefined || /^\d+$/.test(String(key.literal));
    return isIndex ? undefined : `of the list ${name} takes an index, from 0 on`;
  }
  if (shape.kind !== "object") return undefined;
  const known = memberNames(shape);
  const missing = namesOf(key)?.find((each) => !known.includes(each));
  return missing === undefined ? undefined : `finds no ${missing} in ${name}${suggest(missing, known)}`;
}

function checkChoose([value]: readonly Argument[], keys: readonly string[]): string | undefined {
  if (keys.length === 0) return 'has no entry: write {{choose params.region eu="…" us="…"}}';
  const choices = value?.shape.kind === "scalar" ? value.shape.values?.map(String) : undefined;
  if (value === undefined || choices === undefined) return undefined;
  const missing = choices.filter((choice) => !keys.includes(choice));
  const unknown = keys.find((key) => !choices.includes(key));
  if (unknown !== undefined)
    return `has an entry ${unknown}, which ${value.name} never is${suggest(unknown, choices)}`;
  if (missing.length === 0) return undefined;
  return `has no entry for ${missing.slice(0, 8).join(", ")}, which ${value.name} can be`;
}
