// What a function is given beside its input: the time, a source of ids, and of an event how it was delivered.
import type { Actor } from "./audit.ts";
import type { IdSource } from "./ids.ts";
import type { JsonObject } from "./json.ts";

export type TaskContext = { now: Date; newId: IdSource };

/** The same, and who acts. */
export type Context = TaskContext & { actor: Actor };

/**
 * `raw` is the event as it came; `receives` counts the deliveries of its message, this one included. `redriven`: it was
 * rejected before, and somebody has sent it back from the dead letters.
 */
export type Delivery = TaskContext & { raw: JsonObject; receives: number; redriven: boolean };

/** Who acts, when, and the id of the audit entry. */
export type Act = { actor: Actor; at: string; auditId: string };

/** One act in this context: each has an audit entry of its own. */
export const toAct = ({ actor, now, newId }: Context): Act => ({
  actor,
  at: now.toISOString(),
  auditId: newId("audit"),
});
