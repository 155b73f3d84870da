// Two actors at every border: one is held before a call of AWS, or inside its webhook, until the other has gone on.
import { AsyncLocalStorage } from "node:async_hooks";
import { aroundSdkCalls } from "./sdk-calls.ts";

type Side = "one" | "other";

/** A call of one side: `began` and `ended` number all calls of both in order. `ended` is null where it failed. */
export type SideCall = { side: Side; what: string; began: number; ended: number | null };

/** Two that meet. `contradictions` says, in words, what must not be as it is; nothing is what must be. */
type Pair<C, A, B> = {
  name: string;
  /** Played in the short form of the tests too: something went wrong here once. */
  short?: boolean;
  prepare: () => Promise<C>;
  one: (context: C) => Promise<A>;
  other: (context: C) => Promise<B>;
  contradictions: (context: C, one: A, other: B, calls: readonly SideCall[]) => Promise<string[]> | string[];
};

/** `held`: before which call the first one was held, and the second. */
export type Played = { said: string[]; first: Side; held: [string, string]; calls: readonly SideCall[] };

/** A pair as it is explored: what passes between its parts is its own affair. */
export type Meeting = { name: string; short: boolean; play: (schedule: Schedule) => Promise<Played> };

type Schedule = { first: Side; firstStop: number; secondStop: number };

let clock = 0;

/** Runs until its n-th border, and waits there until it is let go. */
class Actor {
  readonly #side: Side;
  readonly #stopAt: number;
  readonly #calls: SideCall[];
  readonly #parked = Promise.withResolvers<void>();
  readonly #go = Promise.withResolvers<void>();
  #borders = 0;
  #underWay = 0;
  #free = false;
  heldAt = "";

  constructor(side: Side, stopAt: number, calls: SideCall[]) {
    this.#side = side;
    this.#stopAt = stopAt;
    this.#calls = calls;
  }

  get parked(): Promise<void> {
    return this.#parked.promise;
  }

  get isHeld(): boolean {
    return this.heldAt !== "";
  }

  get standsStill(): boolean {
    return this.isHeld && !this.#free;
  }

  async border(what: string): Promise<void> {
    this.#borders++;
    if (this.#free || this.#borders < this.#stopAt) return;
    if (!this.isHeld) this.heldAt = `${this.#borders}: ${what}`;
    this.#settle();
    await this.#go.promise;
  }

  async through(what: string, send: () => Promise<unknown>): Promise<unknown> {
    await this.border(what);
    const call: SideCall = { side: this.#side, what, began: ++clock, ended: null };
    this.#calls.push(call);
    this.#underWay++;
    try {
      const answer = await send();
      call.ended = ++clock;
      return answer;
    } finally {
      this.#underWay--;
      this.#settle();
    }
  }

  /** Held only when none of its calls is under way any more: calls sent together arrive together. */
  #settle(): void {
    if (this.isHeld && this.#underWay === 0) this.#parked.resolve();
  }

  release(): void {
    this.#free = true;
    this.#go.resolve();
  }
}

const current = new AsyncLocalStorage<Actor>();

/** Who may call with a `webhook-id`: a receiver knows its caller by that header alone. */
const callers = new Map<string, Set<Actor>>();

/** Says that a call with this `webhook-id` that reaches the receiver from now on may be the current actor's. */
export function callsAs(webhookId: string): void {
  const actor = current.getStore();
  if (!actor) return;
  const known = callers.get(webhookId) ?? new Set();
  callers.set(webhookId, known.add(actor));
}

/** A border inside the receiver: the call has arrived, and is not answered yet. */
export async function arrived(webhookId: string): Promise<void> {
  const actors = [...(callers.get(webhookId) ?? [])];
  // Only one of two proceeds at a time: the one that waits has not called.
  await actors.find((actor) => !actor.standsStill)?.border("the webhook, in the receiver");
}

/** Makes every call of an SDK client a border of the actor that makes it; answers how to end that. */
export function watchBorders(): () => void {
  return aroundSdkCalls(async (call, send) => {
    const actor = current.getStore();
    return actor ? actor.through(labelOf(call.name, call.input), send) : send();
  });
}

/** What a call is about, without its ids: the kinds of the items that it reads or writes. */
function labelOf(name: string, input: Readonly<Record<string, unknown>>): string {
  const items = input["TransactItems"];
  const parts: unknown[] = Array.isArray(items)
    ? items.flatMap((item: object) => Object.values(item))
    : [input];
  const kinds = parts.map(kindOf).filter((kind) => kind !== "");
  return kinds.length > 0 ? `${name}(${kinds.join(", ")})` : name;
}

function kindOf(part: unknown): string {
  const { Key, Item, IndexName } = Object(part);
  return String(Object(Key ?? Item)["sk"] ?? IndexName ?? "").replace(/#.*/, "");
}

/** More borders than any actor has. */
const NEVER = 999;

type Settled<T> = { value: T } | { threw: string };

const settle = <T>(running: Promise<T>): Promise<Settled<T>> =>
  running.then(
    (value) => ({ value }),
    (error: unknown) => ({ threw: String(error) }),
  );

/** Makes a meeting of two. Every answer is decided, also under a race: a failure of the service contradicts it. */
export function meeting<C, A, B>(pair: Pair<C, A, B>): Meeting {
  return { name: pair.name, short: pair.short ?? false, play: (schedule) => play(pair, schedule) };
}

async function play<C, A, B>(pair: Pair<C, A, B>, schedule: Schedule): Promise<Played> {
  const { first, firstStop, secondStop } = schedule;
  const context = await pair.prepare();
  const calls: SideCall[] = [];
  const stops = first === "one" ? [firstStop, secondStop] : [secondStop, firstStop];
  const actors = {
    one: new Actor("one", stops[0] ?? NEVER, calls),
    other: new Actor("other", stops[1] ?? NEVER, calls),
  };
  const start = {
    one: () => settle(current.run(actors.one, () => pair.one(context))),
    other: () => settle(current.run(actors.other, () => pair.other(context))),
  };
  const second = first === "one" ? "other" : "one";
  const running: { one?: Promise<Settled<A>>; other?: Promise<Settled<B>> } = {};
  for (const side of [first, second] as const) {
    if (side === "one") running.one = start.one();
    else running.other = start.other();
    await Promise.race([actors[side].parked, running[side]]);
  }
  for (const side of [first, second] as const) {
    actors[side].release();
    await running[side];
  }
  const one = await running.one;
  const other = await running.other;
  const said = await contradictionsOf(pair, context, one, other, calls);
  return { said, first, held: [actors[first].heldAt, actors[second].heldAt], calls };
}

async function contradictionsOf<C, A, B>(
  pair: Pair<C, A, B>,
  context: C,
  one: Settled<A> | undefined,
  other: Settled<B> | undefined,
  calls: readonly SideCall[],
): Promise<string[]> {
  if (!one || !other || "threw" in one || "threw" in other) return [one, other].flatMap(failureOf);
  const failed = [one, other].flatMap(failureOf);
  return [...failed, ...(await pair.contradictions(context, one.value, other.value, calls))];
}

/** An actor that throws, or gets a 5xx, has no decision. */
function failureOf(side: Settled<unknown> | undefined): string[] {
  if (side && "threw" in side) return [`threw ${side.threw}`];
  const { status } = Object(side?.value);
  return typeof status === "number" && status >= 500 ? [`was answered ${status}`] : [];
}

type Explored = { schedules: number; found: Played[] };

/**
 * Every border of the first actor, both ways round, with the second run to its end in between; then, up to `most`
 * schedules in all, pairs of borders: the second is held at its own until the first has ended.
 */
export async function explore(play: Meeting["play"], most: number): Promise<Explored> {
  const explored: Explored = { schedules: 0, found: [] };
  const at = async (schedule: Schedule) => {
    const played = await play(schedule);
    explored.schedules++;
    if (played.said.length > 0) explored.found.push(played);
    return played;
  };
  for (const first of ["one", "other"] as const) {
    for (let firstStop = 1; explored.schedules < most; firstStop++) {
      if ((await at({ first, firstStop, secondStop: NEVER })).held[0] === "") break;
    }
  }
  for (const first of ["one", "other"] as const) {
    let ended = false;
    for (let firstStop = 2; !ended && explored.schedules < most; firstStop++) {
      for (let secondStop = 2; explored.schedules < most; secondStop++) {
        const { held } = await at({ first, firstStop, secondStop });
        ended = held[0] === "";
        if (ended || held[1] === "") break;
      }
    }
  }
  return explored;
}

/** True where a write of `side` that matches began after the last transaction of the other had been answered. */
export function wroteAfterOther(calls: readonly SideCall[], side: Side, what: RegExp): boolean {
  const wrote = calls.find((call) => call.side === side && call.ended !== null && what.test(call.what));
  const others = calls.filter((call) => call.side !== side && call.what.startsWith("TransactWriteItems"));
  const last = others.findLast((call) => call.ended !== null);
  return wrote !== undefined && last !== undefined && (last.ended ?? 0) < wrote.began;
}

/** True where `side` first read a range of items after the last transaction of the other had been answered. */
export function readAfterOther(calls: readonly SideCall[], side: Side): boolean {
  const read = calls.find((call) => call.side === side && call.what.startsWith("Query"));
  const others = calls.filter((call) => call.side !== side && call.what.startsWith("TransactWriteItems"));
  const last = others.findLast((call) => call.ended !== null);
  return read !== undefined && last !== undefined && (last.ended ?? 0) < read.began;
}
