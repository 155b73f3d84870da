// A schema for a variable that holds JSON, or nothing.
import * as z from "zod";
import { parseJson } from "../domain/json.ts";

/** Null for the empty text. `what`: what the JSON is of, for the message. */
export function jsonText<S extends z.ZodType>(schema: S, what: string) {
  return z.string().transform((text, context): z.output<S> | null => {
    if (text === "") return null;
    const read = schema.safeParse(parseJson(text));
    if (read.success) return read.data;
    context.addIssue({ code: "custom", message: `must be the JSON of ${what}` });
    return z.NEVER;
  });
}
