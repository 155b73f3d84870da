// Bounds the calls of the table that one process has under way. Others wait for their turn, in order.

/**
 * Far more than one request of a function needs at once. A process that serves many requests would send so many calls
 * that each of them takes seconds, times out, and is carried out all the same.
 */
const MAX_UNDER_WAY = 16;

let underWay = 0;
const waiting: (() => void)[] = [];

/** Runs `call` when it is its turn. The time that it may take begins then. */
export async function inTurn<T>(call: () => Promise<T>): Promise<T> {
  if (underWay < MAX_UNDER_WAY) underWay++;
  else await new Promise<void>((begin) => waiting.push(begin));
  try {
    return await call();
  } finally {
    // Hands the turn over, so that a call that comes now does not overtake the ones that wait.
    const next = waiting.shift();
    if (next) next();
    else underWay--;
  }
}
