// Encodings of values that DynamoDB has no type for.
import * as z from "zod";

/** Parses JSON that an item stores as text. Validate the result with `pipe`. */
export const jsonText = z.string().transform((text) => JSON.parse(text) as unknown);

/** Returns whole seconds since 1970, the unit of DynamoDB's TTL. */
export const epochSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);
