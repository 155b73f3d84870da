// Query fields that lists over all runbooks share: several values of one field, a team, a range of times.
import * as z from "zod";
import { MAX_SEARCHABLE } from "../domain/executions/searchable.ts";
import { Instant } from "../domain/incidents/incident.ts";
import { isObject } from "../domain/json.ts";
import { PARAMETER_NAME } from "../domain/runbooks/parameter-name.ts";
import type { Scope } from "../domain/scopes.ts";

/** Returns a schema for values that are separated by commas. After parsing: a list without repetitions. */
export function severalOf<const T extends readonly [string, ...string[]]>(values: T) {
  const read = (text: unknown, context: z.RefinementCtx) => {
    const given = typeof text === "string" ? text.split(",") : [];
    const repeated = given.find((one, n) => given.indexOf(one) !== n);
    const isKnown = given.length > 0 && given.every((one) => values.includes(one));
    if (isKnown && repeated === undefined) return given;
    const message = isKnown
      ? `names ${repeated} more than once`
      : `must be one or more of: ${values.join(", ")}, separated by commas`;
    context.addIssue({ code: "custom", message, input: text });
    return z.NEVER;
  };
  return z.preprocess(read, z.array(z.enum(values)).min(1));
}

/** The same for values in the words of another system, at most 20. */
export function severalTexts(maxLength: number) {
  const read = (text: unknown) => (typeof text === "string" ? text.split(",") : text);
  return z.preprocess(read, z.array(z.string().min(1).max(maxLength)).min(1).max(20));
}

/** `global` in a query; null in code. */
export const toScope = (teamId: string | undefined): Scope | undefined =>
  teamId === "global" ? null : teamId;

/** `what` happened when it was in range. */
const timeRange = (what: string) => ({
  from: Instant.optional().describe(`Only what ${what} at this time or later: ISO 8601 with a zone.`),
  to: Instant.optional().describe(`Only what ${what} before this time: ISO 8601 with a zone.`),
});

/** Returns the query of a list with a range of times. The range is compared only if both ends parsed. */
export function queryInRange<S extends z.ZodRawShape>(what: string, shape: S) {
  return z.strictObject({ ...shape, ...timeRange(what) }).refine(isForwards, {
    path: ["to"],
    message: "must be later than from",
    when: ({ issues }) => issues.length === 0,
  });
}

function isForwards(query: object): boolean {
  const { from, to } = query as { from?: string; to?: string };
  return from === undefined || to === undefined || from < to;
}

/** How the field of a query begins that names a searchable parameter. */
const PARAMETER_FIELD = "parameter.";
const MAX_VALUE_CHARACTERS = 8192;

/** Returns the query with a field `parameter.<name>` for each parameter, whatever its name. */
export function queryByParameter<S extends z.ZodRawShape>(query: z.ZodObject<S, z.core.$strict>) {
  return query
    .catchall(
      z
        .unknown()
        .describe(
          `\`${PARAMETER_FIELD}<name>\`: only executions that had this value of the searchable parameter \`<name>\`, at most ${MAX_SEARCHABLE} of them. A number is found as JSON writes it.`,
        ),
    )
    .superRefine(
      (given, context) => {
        const names = Object.keys(given).filter((name) => !Object.hasOwn(query.shape, name));
        for (const name of names) checkParameterField(name, given, context);
        const searched = names.filter(isParameterField).slice(MAX_SEARCHABLE);
        for (const name of searched) {
          const message = `is one too many: at most ${MAX_SEARCHABLE} parameters`;
          context.addIssue({ code: "custom", path: [name], message });
        }
      },
      // Unknown fields are told of beside those that are wrong.
      { when: ({ value }) => isObject(value) },
    );
}

const isParameterField = (name: string) =>
  name.startsWith(PARAMETER_FIELD) && PARAMETER_NAME.test(name.slice(PARAMETER_FIELD.length));

function checkParameterField(name: string, given: Record<string, unknown>, context: z.RefinementCtx): void {
  const value = given[name];
  if (!isParameterField(name)) context.addIssue({ code: "unrecognized_keys", keys: [name], input: given });
  else if (typeof value !== "string" || value.length > MAX_VALUE_CHARACTERS) {
    const message = `must be at most ${MAX_VALUE_CHARACTERS} characters`;
    context.addIssue({ code: "custom", path: [name], message });
  }
}

/** Returns parameter → value of the fields of a query that `queryByParameter` has parsed. */
export const readParameterFields = (query: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query)
      .filter(([name]) => isParameterField(name))
      .map(([name, value]) => [name.slice(PARAMETER_FIELD.length), String(value)]),
  );
