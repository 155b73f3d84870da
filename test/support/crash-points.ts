// Crash points: kills an operation before or after its n-th write, by a failure that nothing in it can repair.
import { openTable } from "../../shared/store/client.ts";

/** What a function that has died cannot catch usefully: its store answers nothing any more. */
class Crashed extends Error {
  constructor(point: string) {
    super(`Crashed ${point}`);
    this.name = "Crashed";
  }
}

export type CrashPoint = { write: number; when: "before" | "after" };

const WRITES = new Set([
  "PutItemCommand",
  "UpdateItemCommand",
  "DeleteItemCommand",
  "TransactWriteItemsCommand",
]);

/** Runs `act`; from the crash point on, no call of the table works. Answers whether the point was reached. */
export async function crashingAt({ write, when }: CrashPoint, act: () => Promise<unknown>): Promise<boolean> {
  let writes = 0;
  let dead = false;
  const die = (): never => {
    dead = true;
    throw new Crashed(`${when} write ${write}`);
  };
  const { middlewareStack } = openTable().documents;
  middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        if (dead) throw new Crashed("already");
        const isPoint = WRITES.has(commandName) && ++writes === write;
        if (isPoint && when === "before") die();
        const result = await next(args);
        if (isPoint) die();
        return result;
      },
    { step: "initialize", name: "crash", override: true },
  );
  try {
    await act();
  } catch (error) {
    if (!dead) throw error;
  } finally {
    middlewareStack.remove("crash");
  }
  return dead;
}

/** Each point of an operation, with a fresh `act` for each, until one ends without a crash. */
export async function atEveryCrashPoint(round: (point: CrashPoint) => Promise<boolean>): Promise<number> {
  let points = 0;
  for (let write = 1; ; write++) {
    for (const when of ["before", "after"] as const) {
      if (!(await round({ write, when }))) return points;
      points++;
    }
  }
}
