// A message of a source as it waits in its queue: an event of AWS or of a partner, a message of the intake, or a tick.
import * as z from "zod";
import { EventId, SourceId } from "../ids.ts";
import { Instant } from "../incidents/incident.ts";
import { Json } from "../json.ts";
import { Tick } from "./tick.ts";

export const SourceMessage = z.looseObject({
  id: EventId,
  source: z.string().min(1).max(256),
  time: Instant,
  /** Of the intake: verified, and complete. */
  intake: z.strictObject({ sourceId: SourceId, message: Json }).optional(),
  /** Of EventBridge Scheduler. `time` is when it was due. */
  tick: Tick.optional(),
});
export type SourceMessage = z.output<typeof SourceMessage>;
