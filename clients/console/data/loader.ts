// Loads one thing, and again when asked: what came last stays until what is there now has come.
import { type Signal, signal } from "@preact/signals";

type State<T> = {
  /** What came last, also while it is loaded again, and if that failed. */
  data: T | undefined;
  error: unknown;
  isLoading: boolean;
};
export type Load<T> = (signal: AbortSignal) => Promise<T>;

/** Answers of this visit, so that going back shows something at once. */
const answers = new Map<string, unknown>();
const MOST_ANSWERS = 100;

function remember(key: string, data: unknown): void {
  answers.delete(key);
  answers.set(key, data);
  const [oldest] = answers.keys();
  if (answers.size > MOST_ANSWERS && oldest !== undefined) answers.delete(oldest);
}

export class Loader<T> {
  readonly state: Signal<State<T>>;
  /** The latest function that loads: a page makes a new one each time it is drawn. */
  load: Load<T>;
  private readonly key: string;
  private running = new AbortController();

  constructor(key: string, load: Load<T>) {
    this.key = key;
    this.load = load;
    this.state = signal({ data: answers.get(key) as T | undefined, error: undefined, isLoading: true });
  }

  /** Loads it, again if it is there. Of two loads only the later one counts. */
  readonly reload = (): void => {
    this.stop();
    const { signal } = this.running;
    this.state.value = { ...this.state.value, isLoading: true };
    const fail = (error: unknown) => {
      if (!signal.aborted) this.state.value = { ...this.state.value, error, isLoading: false };
    };
    this.load(signal).then((data) => {
      if (!signal.aborted) this.replace(data);
    }, fail);
  };

  /** Puts in place what an action has answered. */
  readonly replace = (data: T): void => {
    remember(this.key, data);
    this.state.value = { data, error: undefined, isLoading: false };
  };

  readonly stop = (): void => {
    this.running.abort();
    this.running = new AbortController();
  };
}
