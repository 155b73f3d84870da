// What a function is given beside its input: the time, a source of ids, and of an event how it was delivered.
import type { IdSource } from "./ids.ts";
import type { JsonObject } from "./json.ts";

export type Occasion = { now: Date; newId: IdSource };

/**
 * `raw` is the event as it came; `receives` counts the deliveries of its message, this one included. `redriven`: it was
 * rejected before, and somebody has sent it back from the dead letters.
 */
export type Delivery = Occasion & { raw: JsonObject; receives: number; redriven: boolean };
