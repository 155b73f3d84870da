// Durable queues with visibility timeouts, receive counts and dead-letter queues, in the state.
import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import * as z from "zod";
import { runInTransaction, type State } from "../platform/state.ts";

const MessageAttributes = z.record(
  z.string(),
  z.object({
    DataType: z.string(),
    StringValue: z.string().optional(),
    BinaryValue: z.string().optional(),
  }),
);
type MessageAttributes = z.infer<typeof MessageAttributes>;
export type Message = {
  id: string;
  receipt: string;
  body: string;
  attributes: MessageAttributes;
  receives: number;
  sentAt: number;
  firstReceivedAt: number;
};

const Row = z.object({
  id: z.string(),
  receipt: z.string().nullable(),
  body: z.string(),
  attributes: z.string(),
  receives: z.number(),
  sentAt: z.number(),
  firstReceivedAt: z.number().nullable(),
});

export type Queues = ReturnType<typeof openQueues>;

/** `send` returns after the message is written to the file. The message stays there until it is deleted. */
export function openQueues(state: State) {
  createTables(state);
  const arrivals = new EventEmitter().setMaxListeners(0);
  return {
    arrivals,
    ...openDelivery(state, arrivals),
    ...openMoves(state, arrivals),
    ...openUpkeep(state),
  };
}

function createTables(state: State): void {
  state.exec(`CREATE TABLE IF NOT EXISTS messages (
    position INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL UNIQUE, receipt TEXT,
    body TEXT NOT NULL, attributes TEXT NOT NULL, receives INTEGER NOT NULL DEFAULT 0, sentAt INTEGER NOT NULL,
    firstReceivedAt INTEGER, visibleAt INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS messages_waiting ON messages (queue, visibleAt);`);
  // The consumers of these messages ended with the last process.
  state.exec("UPDATE messages SET visibleAt = 0, receipt = NULL WHERE receipt IS NOT NULL");
}

function openDelivery(state: State, arrivals: EventEmitter) {
  const insert = state.prepare(
    "INSERT INTO messages (queue, id, body, attributes, sentAt, visibleAt) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const waiting = state.prepare(
    "SELECT * FROM messages WHERE queue = ? AND visibleAt <= ? ORDER BY position LIMIT ?",
  );
  const take = state.prepare(`UPDATE messages SET receives = receives + 1, receipt = ?, visibleAt = ?,
    firstReceivedAt = coalesce(firstReceivedAt, ?) WHERE id = ?`);
  const remove = state.prepare("DELETE FROM messages WHERE queue = ? AND receipt = ?");
  const takeRow = (row: z.output<typeof Row>, now: number, hiddenForMs: number): Message => {
    const receipt = randomUUID();
    take.run(receipt, now + hiddenForMs, now, row.id);
    const attributes = MessageAttributes.parse(JSON.parse(row.attributes));
    const firstReceivedAt = row.firstReceivedAt ?? now;
    return { ...row, receipt, receives: row.receives + 1, firstReceivedAt, attributes };
  };
  return {
    send(queue: string, body: string, attributes: MessageAttributes = {}, delayMs = 0): string {
      const id = randomUUID();
      const now = Date.now();
      insert.run(queue, id, body, JSON.stringify(attributes), now, now + delayMs);
      arrivals.emit(queue);
      return id;
    },
    receive(queue: string, max: number, hiddenForMs: number): Message[] {
      return runInTransaction(state, () => {
        const now = Date.now();
        return waiting.all(queue, now, max).map((row) => takeRow(Row.parse(row), now, hiddenForMs));
      });
    },
    /** Returns false if the receipt handle is unknown, or the message was received again meanwhile. */
    delete: (queue: string, receipt: string): boolean => remove.run(queue, receipt).changes > 0,
  };
}

function openMoves(state: State, arrivals: EventEmitter) {
  const hide = state.prepare("UPDATE messages SET visibleAt = ? WHERE queue = ? AND receipt = ?");
  const moveOne = state.prepare(
    "UPDATE messages SET queue = ?, receives = 0, receipt = NULL, visibleAt = 0 WHERE queue = ? AND receipt = ?",
  );
  const moveAll = state.prepare(
    "UPDATE messages SET queue = ?, receives = 0, receipt = NULL, visibleAt = 0 WHERE queue = ?",
  );
  const redrive = state.prepare(`UPDATE messages SET queue = ?, receives = 0, receipt = NULL
    WHERE queue = ? AND visibleAt <= ? AND receives >= ?`);
  return {
    hideFor(queue: string, receipt: string, ms: number): boolean {
      const changed = hide.run(Date.now() + ms, queue, receipt).changes > 0;
      arrivals.emit(queue);
      return changed;
    },
    move(from: string, to: string, receipt: string): void {
      moveOne.run(to, from, receipt);
      arrivals.emit(to);
    },
    moveAll(from: string, to: string): number {
      const moved = Number(moveAll.run(to, from).changes);
      arrivals.emit(to);
      return moved;
    },
    /** Moves messages that were received this often. */
    redrive(from: string, to: string, receives: number): void {
      if (redrive.run(to, from, Date.now(), receives).changes > 0) arrivals.emit(to);
    },
  };
}

function openUpkeep(state: State) {
  const count = state.prepare(
    "SELECT coalesce(sum(visibleAt <= ?2), 0) AS visible, coalesce(sum(visibleAt > ?2), 0) AS hidden FROM messages WHERE queue = ?1",
  );
  const nextVisible = state.prepare("SELECT min(visibleAt) AS at FROM messages WHERE queue = ?");
  const expire = state.prepare("DELETE FROM messages WHERE queue = ? AND sentAt < ?");
  const purge = state.prepare("DELETE FROM messages WHERE queue = ?");
  return {
    count: (queue: string) => Count.parse(count.get(queue, Date.now())),
    /** Returns the milliseconds until a message becomes visible, or null if the queue is empty. */
    nextInMs(queue: string): number | null {
      const at = nextVisible.get(queue)?.["at"];
      return typeof at === "number" ? Math.max(0, at - Date.now()) : null;
    },
    expire: (queue: string, olderThanMs: number) => void expire.run(queue, Date.now() - olderThanMs),
    purge: (queue: string) => void purge.run(queue),
  };
}

const Count = z.object({ visible: z.number(), hidden: z.number() });
