// What a query has: its data, or why there is none. Old data stay, with a note, when loading them again failed.
import type { ComponentChildren } from "preact";
import type { Query } from "../data/query.ts";
import { FailureNote, FailurePanel } from "./failure.tsx";
import { Loading } from "./panels.tsx";

type LoadedProps<T> = {
  /** What is loaded, as words after "Loading". */
  what: string;
  query: Pick<Query<T>, "data" | "error" | "isLoading" | "reload">;
  children: (data: T) => ComponentChildren;
};

export function Loaded<T>({ what, query: { data, error, reload }, children }: LoadedProps<T>) {
  if (data === undefined)
    return error === undefined ? <Loading what={what} /> : <FailurePanel error={error} onRetry={reload} />;
  return (
    <>
      {error !== undefined && <FailureNote error={error} onRetry={reload} />}
      {children(data)}
    </>
  );
}
