// Retries of writes that DynamoDB refuses because another transaction holds the same item. All such retries are here.
import { setTimeout as wait } from "node:timers/promises";

/** Maximum attempts. The waits between them are 0–40, 0–80, … 0–640 ms: about 0.6 s in total on average. */
export const CONTENTION_TRIES = 6;
const FIRST_WAIT_MS = 20;

/**
 * Retries an SDK call with full jitter while `isContended` holds for its failure. Throws the last failure unchanged.
 */
export async function retryContended<T>(
  send: () => Promise<T>,
  isContended: (error: unknown) => boolean,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!isContended(error) || attempt === CONTENTION_TRIES) throw error;
      await wait(Math.random() * FIRST_WAIT_MS * 2 ** attempt);
    }
  }
}
