// What a use case receives besides its input: the time, a source of ids, the actor, and delivery data of an event.
import type { Actor } from "./audit.ts";
import type { IdSource } from "./ids.ts";
import type { JsonObject } from "./json.ts";

export type TaskContext = { now: Date; newId: IdSource };

/** A task context with an actor. */
export type Context = TaskContext & { actor: Actor };

/**
 * `raw` is the unparsed event. `receives` counts the deliveries of its message, this one included. `redriven`: the
 * event was rejected before, and an operator moved it back from the dead-letter queue. `wait`: for what cannot be
 * decided now.
 */
export type Delivery = TaskContext & { raw: JsonObject; receives: number; redriven: boolean; wait: Wait };

/** `since`: since when the event waits in its queue; null: this is its first turn. `isOver`: it may wait no longer. */
export type Wait = { since: Date | null; isOver: boolean };

/** `sentAt`: when the message came to the queue; the same each time that it is delivered. */
export type QueueDelivery = Delivery & { sentAt: Date };

/** Actor, time, and id and salt of the audit entry of one state change. */
export type Act = { actor: Actor; at: string; auditId: string; salt: string };

/** Returns the fields of a resource that say who made it. */
export const toCreated = ({ actor, at }: Act) => ({
  createdBy: actor.id,
  createdByName: actor.name,
  createdAt: at,
});

/** Returns the fields of a resource that say who changed it last. */
export const toUpdated = ({ actor, at }: Act) => ({
  updatedBy: actor.id,
  updatedByName: actor.name,
  updatedAt: at,
});

/** Returns the fields of a resource that say who deleted it. */
export const toDeleted = ({ actor, at }: Act) => ({
  deletedBy: actor.id,
  deletedByName: actor.name,
  deletedAt: at,
});

/** Returns a new act in this context. Each call makes a new audit entry id, and a new salt. */
export const toAct = ({ actor, now, newId }: Context): Act => ({
  actor,
  at: now.toISOString(),
  auditId: newId("audit"),
  salt: newId("salt"),
});
