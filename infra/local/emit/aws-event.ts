// Publishes an event as AWS, or a partner, does: on the local stack alone, where nobody can be deceived.
import * as z from "zod";
import { HostError } from "../platform/errors.ts";
import type { Endpoint } from "./clients.ts";
import type { EmittedEvent } from "./event.ts";

const Answer = z.object({ EventId: z.string() });
const Refusal = z.object({ message: z.string() });
/** Milliseconds. */
const ANSWER_LIMIT_MS = 5_000;

/** Returns the id of the event. */
export async function publishAsAws(event: EmittedEvent, { endpoint }: Endpoint): Promise<string> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSEvents.PutAwsEvent" },
    body: JSON.stringify(event),
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
  const answer: unknown = await response.json();
  if (response.ok) return Answer.parse(answer).EventId;
  const { message } = Refusal.catch({ message: "no reason given" }).parse(answer);
  throw new HostError(`The event was refused: ${message}`);
}
