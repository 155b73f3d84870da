// What a query has: its data, or why there is none. Old data stay, with a note, when loading them again failed.
import type { ComponentChildren } from "preact";
import { describeFailure } from "../data/failure.ts";
import type { Query } from "../data/query.ts";
import { Link } from "./button.tsx";
import { FailureNote, FailurePanel } from "./failure.tsx";
import { PageHead } from "./page-head.tsx";
import { Loading } from "./panels.tsx";

type LoadedProps<T> = {
  /** What is loaded, as words after "Loading". */
  what: string;
  query: Pick<Query<T>, "data" | "error" | "isLoading" | "reload">;
  children: (data: T) => ComponentChildren;
  /** Whether the page stands and falls with it: without it, the failure is the page. */
  isPage?: boolean;
};

export function Loaded<T>({ what, query, children, isPage = false }: LoadedProps<T>) {
  const { data, error, reload } = query;
  if (data === undefined && error === undefined) return <Loading what={what} />;
  if (data === undefined && isPage) return <FailedPage error={error} onRetry={reload} />;
  if (data === undefined) return <FailurePanel error={error} onRetry={reload} />;
  return (
    <>
      {error !== undefined && <FailureNote error={error} onRetry={reload} />}
      {children(data)}
    </>
  );
}

function FailedPage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { title } = describeFailure(error);
  return (
    <>
      <PageHead title={title} name={title} above={<Link to="/">Runbooks</Link>} />
      <FailurePanel error={error} onRetry={onRetry} />
    </>
  );
}
