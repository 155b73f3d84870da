// Lists that come in pages: the first one at once, the next ones when asked for, all of them as one list.
import { useState } from "preact/hooks";
import { useQuery } from "./query.ts";

type Page<T> = { items: T[]; nextCursor: string | null };
type LoadPage<T> = (cursor: string | undefined, signal?: AbortSignal) => Promise<Page<T>>;

export type List<T> = {
  items: T[] | undefined;
  error: unknown;
  isLoading: boolean;
  /** Whether there are more. How many nobody knows: the service does not count. */
  hasMore: boolean;
  loadMore: () => Promise<void>;
  reload: () => void;
};

/** What came after the first page. It goes when the first page is loaded again: they would not fit together. */
type Rest<T> = { after: Page<T> | undefined; pages: Page<T>[]; error: unknown; isLoading: boolean };

/** `key` names the list: another one begins at its first page. `everyMs` holds until a second page is asked for. */
export function useList<T>(key: string, load: LoadPage<T>, { everyMs }: { everyMs?: number } = {}): List<T> {
  const [kept, setRest] = useState<Rest<T>>({
    after: undefined,
    pages: [],
    error: undefined,
    isLoading: false,
  });
  const isAlone = kept.pages.length === 0;
  const first = useQuery(key, (signal) => load(undefined, signal), {
    everyMs: isAlone ? everyMs : undefined,
  });
  const empty: Rest<T> = { after: first.data, pages: [], error: undefined, isLoading: false };
  const rest = kept.after === first.data ? kept : empty;
  const last = rest.pages.at(-1) ?? first.data;
  const loadMore = async () => {
    if (!last || last.nextCursor === null || rest.isLoading) return;
    setRest({ ...rest, error: undefined, isLoading: true });
    try {
      const page = await load(last.nextCursor);
      setRest({ ...rest, pages: [...rest.pages, page], error: undefined, isLoading: false });
    } catch (error) {
      setRest({ ...rest, error, isLoading: false });
    }
  };
  return {
    items: first.data && [first.data, ...rest.pages].flatMap(({ items }) => items),
    error: first.error ?? rest.error,
    isLoading: first.isLoading || rest.isLoading,
    hasMore: last !== undefined && last.nextCursor !== null,
    loadMore,
    reload: first.reload,
  };
}
