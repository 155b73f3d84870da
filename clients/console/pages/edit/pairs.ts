// Names with values, as rows of the form.

/** `id` keeps a row apart from the others while its name is typed. */
export type Pair = { id: number; name: string; value: string };

let count = 0;
export const addPair = (pairs: readonly Pair[]): Pair[] => [...pairs, { id: ++count, name: "", value: "" }];

export const readPairs = <T>(values: Readonly<Record<string, T>>, write: (value: T) => string): Pair[] =>
  Object.entries(values).map(([name, value]) => ({ id: ++count, name, value: write(value) }));

/** A row without a name and a value is none. */
export const writePairs = <T>(pairs: readonly Pair[], read: (text: string) => T): Record<string, T> =>
  Object.fromEntries(
    pairs
      .filter(({ name, value }) => name !== "" || value !== "")
      .map(({ name, value }) => [name.trim(), read(value)]),
  );
