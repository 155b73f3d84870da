// Times as a widget says them: how long ago, how long it took, and the moment itself where one points at it.
import { type Html, html } from "./html.ts";

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** Returns `3 min`, `1.4 s`, `20 ms`: the largest unit that is full. */
export function sayDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const [name, size] = UNITS.find((unit) => whole >= unit[1]) ?? ["ms", 1];
  const count = whole / size;
  return `${name === "s" && count < 10 ? count.toFixed(1).replace(/\.0$/, "") : Math.floor(count)} ${name}`;
}

/** Returns how long ago a moment was. */
export const ago = (at: string, now: Date): Html =>
  html`<time datetime="${at}" title="${at}">${sayDuration(now.getTime() - Date.parse(at))} ago</time>`;
