// The clock of the process that records: `Date` may be behind by days, so that what takes days has happened.

const True = Date;
let behindMs = 0;

/** From here on `Date` is this far behind; timers go on as they do. */
export function setBack(days: number): void {
  behindMs = days * 24 * 3_600_000;
}

const now = () => True.now() - behindMs;

/** To be called once, before anything reads the clock. */
export function takeClock(): void {
  globalThis.Date = new Proxy(True, {
    construct: (date, given, target) => Reflect.construct(date, given.length === 0 ? [now()] : given, target),
    get: (date, name) => (name === "now" ? now : Reflect.get(date, name)),
  });
}
