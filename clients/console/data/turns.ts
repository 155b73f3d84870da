// Lets a few requests go at a time, so that a long list does not crowd out what a person asks for.

const MOST_AT_ONCE = 4;
const waiting: (() => void)[] = [];
let active = 0;

export async function takeTurn<T>(act: () => Promise<T>): Promise<T> {
  if (active >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  active += 1;
  try {
    return await act();
  } finally {
    active -= 1;
    waiting.shift()?.();
  }
}
