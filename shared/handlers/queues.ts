// The queues that event functions write to: dead-letter queues for rejected events, and event queues for events that
// must wait.
import type { RejectedEvent } from "../domain/incidents/rejection.ts";
import { REQUEUED_SINCE, type RequeueDelay } from "../domain/incidents/requeue.ts";
import { sendMessage } from "../queues/send-messages.ts";

/** The message attribute with the reason for the rejection. */
export const REASON_ATTRIBUTE = "reason";

/** Sends the original message, with the reason in its attributes. @throws if no queue is configured or SQS fails. */
export async function sendToDeadLetters(
  rule: string,
  body: string,
  { reason, message }: RejectedEvent,
): Promise<void> {
  const attributes = { [REASON_ATTRIBUTE]: reason, message };
  await sendMessage(rule, "DEAD_LETTER_QUEUES", body, { attributes });
}

/**
 * Sends the message to its own queue again, so that the wait does not count as a failed delivery. @throws as
 * `sendToDeadLetters`.
 */
export async function requeue(
  rule: string,
  body: string,
  { delaySeconds, since }: RequeueDelay,
  redriven: boolean,
): Promise<void> {
  const attributes = {
    [REQUEUED_SINCE]: since.toISOString(),
    ...(redriven && { [REASON_ATTRIBUTE]: "redriven" }),
  };
  await sendMessage(rule, "EVENT_QUEUES", body, { attributes, delaySeconds });
}
