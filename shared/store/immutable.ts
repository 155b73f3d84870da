// Items that never change are read once for each warm function: bounded, the least recently used goes first.
import QuickLRU from "quick-lru";

type Remembered<T> = { (id: string, number: number): Promise<T | null>; forget: () => void };

/** Returns `load`, remembering at least the `most` items used last. An item that does not exist is asked for again. */
export function remember<T>(
  most: number,
  load: (id: string, number: number) => Promise<T | null>,
): Remembered<T> {
  const known = new QuickLRU<string, T>({ maxSize: most });
  const read = async (id: string, number: number) => {
    const key = `${id}#${number}`;
    const item = known.get(key) ?? (await load(id, number));
    if (item !== null) known.set(key, item);
    return item;
  };
  return Object.assign(read, { forget: () => known.clear() });
}
