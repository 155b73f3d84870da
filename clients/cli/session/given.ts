// What of a command's options becomes part of a request: those that were given.

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Returns the fields without those that are undefined. */
export const givenOf = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
