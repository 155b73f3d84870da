// What can be wrong in the cases of a definition before anything is rendered.
import { type Issue, pointer } from "../../domain/errors.ts";
import { isObject, Json, type JsonObject } from "../../domain/json.ts";
import { Case, MOST_CASES } from "../../domain/runbooks/cases.ts";
import type { DefinitionRecord } from "../../domain/runbooks/definition.ts";
import { MASK } from "../../domain/runbooks/webhook-auth.ts";
import { applyParameters } from "../../parameters/apply.ts";
import { omitParameters, secretParameterNames } from "../../parameters/schema.ts";

type Checked = Pick<DefinitionRecord, "cases" | "parameters" | "payloadFormat">;
type Finding = { pointer: string; message: string; code: "malformed_request" | "invalid_parameters" };

/** Returns every issue of the cases. `parameters` must be a valid schema, its pattern engine loaded. */
export function checkCases({ cases = [], parameters: schema, payloadFormat: format }: Checked): Finding[] {
  const names = cases.map(({ name }) => name);
  return cases.flatMap(({ name, parameters, expect: { body } }, index) => {
    const find = (code: Finding["code"], message: string, ...at: string[]) => [
      { pointer: pointer(["cases", index, ...at]), message, code },
    ];
    const isRepeated = names.indexOf(name) !== index;
    const isWrongBody = format !== "json" && body !== undefined && typeof body !== "string";
    return [
      ...(isRepeated ? find("malformed_request", REPEATED, "name") : []),
      ...(isWrongBody
        ? find("malformed_request", `must be a text: the format is ${format}`, "expect", "body")
        : []),
      ...applyCase(schema, parameters).issues.map(({ pointer: at, message }) => ({
        ...{ pointer: pointer(["cases", index, "parameters"]) + at, message },
        code: "invalid_parameters" as const,
      })),
    ];
  });
}

/**
 * Reads what can be checked of cases that do not match their schema. `isRead`: whether there is nothing wrong with the
 * form of what is at this pointer.
 */
export function readCases(data: unknown): { cases: Case[]; isRead: (pointer: string) => boolean } {
  const given = Array.isArray(data) ? data.slice(0, MOST_CASES) : [];
  const read = given.map(readCase);
  const unread = read.flatMap((each) => each.unread);
  return {
    cases: read.map((each) => each.parts),
    isRead: (at) => !unread.some((part) => at === part || at.startsWith(`${part}/`)),
  };
}

/** `unread`: pointers of the parts that have another form. */
function readCase(given: unknown, index: number): { parts: Case; unread: string[] } {
  const members = isObject(given) ? given : {};
  const name = Case.shape.name.safeParse(members["name"]);
  const parameters = Case.shape.parameters.safeParse(members["parameters"]);
  const body = Json.safeParse(Object(members["expect"]).body);
  // No name begins with a space, so no other case has this one.
  const unnamed = ` ${index}`;
  const parts = {
    name: name.success ? name.data : unnamed,
    parameters: parameters.success ? parameters.data : {},
    expect: body.success ? { body: body.data } : {},
  };
  const at = (...path: string[]) => pointer(["cases", index, ...path]);
  if (!isObject(given)) return { parts, unread: [at()] };
  return { parts, unread: parameters.success ? [] : [at("parameters")] };
}

const REPEATED = "is the name of another case";
const IN_CLEAR = `is secret, and a definition holds no secret in clear: give ${MASK}`;

/**
 * Returns the parameters of a case as an execution would have them, defaults applied, and each issue at its pointer.
 * A secret parameter is given as a mask, and rendered as one.
 */
export function applyCase(
  schema: Checked["parameters"],
  given: Case["parameters"],
): { parameters: JsonObject; issues: Issue[] } {
  const secrets = secretParameterNames(schema).filter((name) => (given[name] ?? null) !== null);
  const isPlain = ([name]: [string, unknown]) => !secrets.includes(name);
  const applied = applyParameters(
    omitParameters(schema, secrets),
    Object.fromEntries(Object.entries(given).filter(isPlain)),
  );
  const masks = Object.fromEntries(secrets.map((name) => [name, MASK]));
  const inClear = secrets.filter((name) => given[name] !== MASK);
  return {
    parameters: { ...(applied.ok ? applied.parameters : {}), ...masks },
    issues: [
      ...inClear.map((name) => ({ pointer: pointer([name]), message: IN_CLEAR })),
      ...(applied.ok ? [] : applied.issues),
    ],
  };
}
