// Repeats a call that a busy machine made fail, a bounded number of times and at once.

/** `times`: calls in all. `isPassing`: whether another call may succeed. @throws the last error */
export async function repeat<T>(
  call: () => Promise<T>,
  { times, isPassing }: { times: number; isPassing: (error: unknown) => boolean },
): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await call();
    } catch (error) {
      if (n === times || !isPassing(error)) throw error;
    }
  }
}
