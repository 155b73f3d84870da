// The keywords that list the allowed values: `enum`, `const`, and `oneOf` as labelled choices.
import { pointer } from "../domain/errors.ts";
import { type Problem, textProblems } from "./annotations.ts";
import type { ParameterType, ScalarParameter } from "./schema.ts";
import { LIMITS, ownMember, SCALAR_TYPES } from "./schema.ts";
import { scalarProblems } from "./value.ts";

/** A value of an allowed list must be of the parameter's type. The other keywords do not narrow it. */
function memberProblems(type: ParameterType, value: unknown): string[] {
  const scalar = SCALAR_TYPES.find((known) => known === type);
  if (scalar === undefined) return [];
  const bare: ScalarParameter = {
    type: scalar,
    ...(type === "string" ? { maxLength: LIMITS.maxLength } : {}),
  };
  return scalarProblems(bare, value);
}

function listProblems(
  values: readonly unknown[],
  type: ParameterType,
  pointerTo: (at: number) => string,
): Problem[] {
  const seen = new Set<unknown>();
  return values.flatMap((value, at) => {
    const messages = seen.has(value) ? ["is there twice"] : memberProblems(type, value);
    seen.add(value);
    return messages.map((message) => ({ at: pointerTo(at), message }));
  });
}

function countProblem(value: unknown, of: string): Problem[] {
  if (!Array.isArray(value) || value.length === 0)
    return [{ message: `must be an array of at least one ${of}` }];
  return value.length > LIMITS.enumValues
    ? [{ message: `must have at most ${LIMITS.enumValues} ${of}s` }]
    : [];
}

export function enumProblems(value: unknown, _: object, type: ParameterType): Problem[] {
  const wrong = countProblem(value, "value");
  if (wrong.length > 0 || !Array.isArray(value)) return wrong;
  return listProblems(value, type, (at) => pointer([at]));
}

export function constProblems(value: unknown, _: object, type: ParameterType): Problem[] {
  return memberProblems(type, value).map((message) => ({ message }));
}

const CHOICE_TEXTS = { title: LIMITS.titleCharacters, description: LIMITS.descriptionCharacters } as const;

/** `oneOf` is a list of labelled choices, and nothing else: each has a `const`, and may have a title. */
export function oneOfProblems(value: unknown, _: object, type: ParameterType): Problem[] {
  const wrong = countProblem(value, "choice");
  if (wrong.length > 0 || !Array.isArray(value)) return wrong;
  const choices: unknown[] = value;
  const malformed = choices.flatMap(choiceProblems);
  if (malformed.length > 0) return malformed;
  const values = choices.map((choice) => ownMember(Object(choice), "const"));
  return listProblems(values, type, (at) => pointer([at, "const"]));
}

function choiceProblems(choice: unknown, at: number): Problem[] {
  const isChoice = typeof choice === "object" && choice !== null && Object.hasOwn(choice, "const");
  if (!isChoice)
    return [{ at: pointer([at]), message: 'must be a choice such as {"const": 1, "title": "One"}' }];
  return Object.entries(choice).flatMap(([keyword, value]) => {
    if (keyword === "const") return [];
    const here = { at: pointer([at, keyword]) };
    if (keyword !== "title" && keyword !== "description")
      return [{ ...here, message: "is not supported; a choice has const, title and description" }];
    return textProblems(value, CHOICE_TEXTS[keyword]).map((problem) => ({ ...problem, ...here }));
  });
}
