// Items that never change are read once for each warm function: bounded, the least recently used goes first.

type Remembered<T> = { (id: string, number: number): Promise<T | null>; forget: () => void };

/** Returns `load`, remembering up to `most` items. An item that does not exist is asked for again. */
export function remember<T>(
  most: number,
  load: (id: string, number: number) => Promise<T | null>,
): Remembered<T> {
  const known = new Map<string, T>();
  const read = async (id: string, number: number) => {
    const key = `${id}#${number}`;
    const item = known.get(key) ?? (await load(id, number));
    known.delete(key);
    if (item !== null) known.set(key, item);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return item;
  };
  return Object.assign(read, { forget: () => known.clear() });
}
