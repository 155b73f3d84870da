// Query fields that lists over all runbooks share: several values of one field, a team, a range of times.
import * as z from "zod";
import { Instant } from "../domain/incidents/incident.ts";
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
