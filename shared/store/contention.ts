// Contention: writes that DynamoDB refuses because another transaction is at the same item. They are tried again, here alone.
import { setTimeout as wait } from "node:timers/promises";

/** Tries after which contention is no longer normal. Waits are 0–40, 0–80, … 0–640 ms: about 0.6 s in all on average. */
export const CONTENTION_TRIES = 6;
const FIRST_WAIT_MS = 20;

/**
 * Runs a call of the SDK again, with full jitter, for as long as its failure says that nothing was written because of
 * others. The last failure is thrown as it came.
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
