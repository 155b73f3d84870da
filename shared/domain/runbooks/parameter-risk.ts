// What a change of the parameter schema lets through: loosened, narrowed, or words alone. Pure.
import { pointer } from "../errors.ts";
import { isObject, isSameJson } from "../json.ts";
import { type RiskCode, type RiskReason, toReason } from "./risk-reasons.ts";

type Effect = "loosened" | "narrowed" | "words" | "exposed";
/** The effect of a keyword that is there, but changed. `undefined`: absent. */
type Rule = (before: unknown, after: unknown) => Effect;

/** A bound that admits more when it is lower: `minimum` and the like. Absent: no bound. */
const lowerBound: Rule = (before, after) => toEffect(before !== undefined && !isAtLeast(after, before));
/** A bound that admits more when it is higher. */
const upperBound: Rule = (before, after) => toEffect(before !== undefined && !isAtLeast(before, after));
/** A condition that can only be added: two different ones are not compared. */
const condition: Rule = (before) => toEffect(before !== undefined);
const words: Rule = () => "words";
const anyChange: Rule = () => "loosened";

const toEffect = (isLooser: boolean): Effect => (isLooser ? "loosened" : "narrowed");

const isAtLeast = (value: unknown, least: unknown) =>
  typeof value === "number" && typeof least === "number" && value >= least;

/**
 * Keyword of a parameter → what its change does. A keyword without a row counts as loosened. The choices (`enum`,
 * `const`, `oneOf`) are compared together, and `items` by its own keywords.
 */
const KEYWORDS = new Map<string, Rule>([
  ["type", anyChange],
  ["default", anyChange],
  ["minimum", lowerBound],
  ["exclusiveMinimum", lowerBound],
  ["minLength", lowerBound],
  ["minItems", lowerBound],
  ["maximum", upperBound],
  ["exclusiveMaximum", upperBound],
  ["maxLength", upperBound],
  ["maxItems", upperBound],
  ["multipleOf", condition],
  ["pattern", condition],
  ["format", condition],
  ["uniqueItems", (before) => toEffect(before === true)],
  ["writeOnly", (before) => (before === true ? "exposed" : "narrowed")],
  ["searchable", words],
  ["title", words],
  ["description", words],
  ["examples", words],
  ["deprecated", words],
  ["$comment", words],
]);

const CHOICES = ["enum", "const", "oneOf"] as const;

/** The code of each effect, and how a message says it of a parameter. The order is that of the reasons. */
const EFFECTS: Record<Effect, { code: RiskCode; says: string }> = {
  exposed: { code: "parameter_exposed", says: "is no longer secret: its value is stored and shown in clear" },
  loosened: {
    code: "parameters_loosened",
    says: "may accept what it refused before, or has another default",
  },
  narrowed: { code: "parameters_narrowed", says: "accepts no value that it refused before" },
  words: { code: "words_changed", says: "is shown in another way" },
};

type KeywordEffect = { keyword: string; effect: Effect };

/** Returns a reason for each parameter and effect, then those of the schema itself. None if nothing changed. */
export function assessParameters(before: object, after: object): RiskReason[] {
  if (isSameJson(before, after)) return [];
  const [old, now] = [membersOf(before, "properties"), membersOf(after, "properties")];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const reasons = [
    ...names.flatMap((name) => assessParameter(name, old[name], now[name])),
    ...assessRequired(before, after),
    ...assessRoot(asMembers(before), asMembers(after)),
  ];
  if (reasons.length > 0) return reasons;
  return [toReason("words_changed", "/parameters", "The parameters are written in another order.")];
}

function assessParameter(name: string, before: unknown, after: unknown): RiskReason[] {
  const at = pointer(["parameters", "properties", name]);
  if (before === undefined) return [toReason(EFFECTS.loosened.code, at, `Parameter ${name} is new.`)];
  if (after === undefined) return [toReason(EFFECTS.narrowed.code, at, `Parameter ${name} was removed.`)];
  const found = findEffects(before, after, "");
  return (Object.keys(EFFECTS) as Effect[]).flatMap((effect) => {
    const keywords = found.filter((each) => each.effect === effect).map(({ keyword }) => keyword);
    if (keywords.length === 0) return [];
    const { code, says } = EFFECTS[effect];
    return [toReason(code, at, `Parameter ${name} ${says} (${keywords.join(", ")}).`)];
  });
}

/** `prefix`: of the keywords' names, for those of `items`. */
function findEffects(before: unknown, after: unknown, prefix: string): KeywordEffect[] {
  const [old, now] = [asMembers(before), asMembers(after)];
  const keywords = new Set([...Object.keys(old), ...Object.keys(now)]);
  const changed = [...keywords].filter((keyword) => !isSameJson(old[keyword], now[keyword]));
  return changed.flatMap((keyword): KeywordEffect[] => {
    if (keyword === "items") return findEffects(old[keyword], now[keyword], "items.");
    const rule = KEYWORDS.get(keyword) ?? ruleOfOther(keyword, old, now);
    return [{ keyword: prefix + keyword, effect: rule(old[keyword], now[keyword]) }];
  });
}

type Members = Record<string, unknown>;

function ruleOfOther(keyword: string, before: Members, after: Members): Rule {
  if (CHOICES.some((choice) => choice === keyword)) return () => compareChoices(before, after);
  return isOwnAnnotation(keyword) ? words : anyChange;
}

/** Compares the values that may be chosen, whichever keyword lists them. Null: any value may be. */
function compareChoices(before: Members, after: Members): Effect {
  const [old, now] = [choicesOf(before), choicesOf(after)];
  if (isSameJson(old, now)) return "words";
  if (old === null) return "narrowed";
  return toEffect(now === null || now.some((value) => !old.includes(value)));
}

/** A value must be in each of the lists. */
function choicesOf(parameter: Members): unknown[] | null {
  const { const: only, enum: values, oneOf } = parameter;
  const lists = [
    ...(only === undefined ? [] : [[only]]),
    ...(Array.isArray(values) ? [values as unknown[]] : []),
    ...(Array.isArray(oneOf) ? [oneOf.map((choice) => asMembers(choice)["const"])] : []),
  ];
  const [first, ...others] = lists;
  return first?.filter((value) => others.every((list) => list.includes(value))) ?? null;
}

/** A demand that is dropped loosens, also with its parameter: that could be a question that had to be answered. */
function assessRequired(before: object, after: object): RiskReason[] {
  const [old, now] = [demandsOf(before), demandsOf(after)];
  const without = (demands: Demand[], others: Demand[]) =>
    demands.filter(({ at, needed }) => !others.some((other) => other.at === at && other.needed === needed));
  return [
    ...without(old, now).map(({ at, needed }) =>
      toReason("parameters_loosened", at, `Parameter ${needed} may be missing where it was required.`),
    ),
    ...without(now, old).map(({ at, needed }) =>
      toReason("parameters_narrowed", at, `Parameter ${needed} is required where it could be missing.`),
    ),
  ];
}

/** A parameter that is needed: always, or if another one is given. `at`: pointer of what says so. */
type Demand = { at: string; needed: string };

function demandsOf(schema: object): Demand[] {
  const list = (names: unknown, ...path: string[]): Demand[] =>
    textsIn(names).map((needed) => ({ at: pointer(["parameters", ...path]), needed }));
  const dependent = Object.entries(membersOf(schema, "dependentRequired"));
  return [
    ...list(asMembers(schema)["required"], "required"),
    ...dependent.flatMap(([name, others]) => list(others, "dependentRequired", name)),
  ];
}

/** What is compared by itself. */
const STRUCTURE = ["properties", "required", "dependentRequired"];
/** What may stand beside the parameters and checks nothing: unknown parameters are refused with and without it. */
const ROOT_WORDS = [
  "type",
  "additionalProperties",
  "$schema",
  "title",
  "description",
  "examples",
  "deprecated",
  "$comment",
];

function assessRoot(before: Members, after: Members): RiskReason[] {
  const keywords = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keywords]
    .filter((keyword) => !STRUCTURE.includes(keyword) && !isSameJson(before[keyword], after[keyword]))
    .map((keyword) => {
      const isWord = ROOT_WORDS.includes(keyword) || isOwnAnnotation(keyword);
      const code = isWord ? EFFECTS.words.code : EFFECTS.loosened.code;
      return toReason(code, pointer(["parameters", keyword]), `${keyword} of the parameter schema changed.`);
    });
}

const isOwnAnnotation = (keyword: string) => keyword.startsWith("x-");

const textsIn = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((each) => typeof each === "string") : [];

const asMembers = (value: unknown): Members => (isObject(value) ? value : {});
const membersOf = (schema: object, name: string) => asMembers(asMembers(schema)[name]);
