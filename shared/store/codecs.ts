// How values are written into items where DynamoDB has no form of its own for them.
import * as z from "zod";

/** JSON that an item holds as text: parsed, and then to be held against a schema with `pipe`. */
export const jsonText = z.string().transform((text) => JSON.parse(text) as unknown);

/** Whole seconds since 1970, as DynamoDB's TTL counts. */
export const epochSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);
