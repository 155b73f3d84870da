// Loads something for a page, and again as often as the page asks.
import { useEffect, useMemo } from "preact/hooks";
import { type Load, Loader } from "./loader.ts";

export type Query<T> = {
  data: T | undefined;
  error: unknown;
  isLoading: boolean;
  reload: () => void;
  replace: (data: T) => void;
};

/** `everyMs`: loads again after so many milliseconds, while the page is visible. */
type Options = { everyMs?: number | undefined };

/** `key` names what is loaded. Another key is loaded at once, the same is loaded once for each visit of the page. */
export function useQuery<T>(key: string, load: Load<T>, { everyMs }: Options = {}): Query<T> {
  // The key alone makes a new loader: it finds the latest function in its member.
  const loaders = useMemo(() => new Map<string, Loader<T>>(), []);
  const loader = loaders.get(key) ?? new Loader(key, load);
  loaders.set(key, loader);
  loader.load = load;
  useEffect(() => {
    loader.reload();
    return loader.stop;
  }, [loader]);
  useInterval(loader.reload, everyMs);
  const { reload, replace } = loader;
  return { ...loader.state.value, reload, replace };
}

function useInterval(act: () => void, everyMs: number | undefined): void {
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (globalThis.document.visibilityState === "visible") act();
    }, everyMs);
    return () => clearInterval(timer);
  }, [act, everyMs]);
}
