// Follows one execution while somebody looks at it: the service holds each request until something has changed.
import { useEffect, useState } from "preact/hooks";
import { client } from "../../data/client.ts";
import { type Query, useQuery } from "../../data/query.ts";
import { type Execution, isActive } from "./execution.ts";

/** `lost`: why it is not followed although it goes on; undefined: it is, or has ended. `follow`: tries again. */
type Followed = Query<Execution> & { lost: unknown; follow: () => void };

/** A run that was cancelled may still have a call under way: its attempt will show the outcome. */
const hasOpenCall = ({ attempts }: Execution) => attempts.some(({ outcome }) => outcome === "in_progress");
const OPEN_CALL_MS = 5_000;

export function useFollowed(executionId: string): Followed {
  const [isOpen, setOpen] = useState(false);
  const query = useQuery<Execution>(
    `execution ${executionId}`,
    (signal) => client.getExecution({ executionId, headers: {} }, { signal }),
    { everyMs: isOpen ? OPEN_CALL_MS : undefined },
  );
  const { data, replace } = query;
  const goesOn = data !== undefined && isActive(data);
  const opens = data !== undefined && !goesOn && hasOpenCall(data);
  useEffect(() => setOpen(opens), [opens]);
  return { ...query, ...useFollowing(executionId, goesOn, replace) };
}

function useFollowing(executionId: string, goesOn: boolean, onChange: (execution: Execution) => void) {
  const [lost, setLost] = useState<unknown>(undefined);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (!goesOn) return;
    return followWhileVisible(async (signal) => {
      const show = (execution: Execution) => {
        setLost(undefined);
        onChange(execution);
      };
      await client.waitForEnd(executionId, { signal, onChange: show }).catch((error: unknown) => {
        if (!signal.aborted) setLost(error);
      });
    });
  }, [executionId, goesOn, onChange, tries]);
  return { lost: goesOn ? lost : undefined, follow: () => setTries(tries + 1) };
}

/** Nobody looks at a hidden page, so it asks for nothing. Coming back, and back online, it goes on. */
function followWhileVisible(follow: (signal: AbortSignal) => Promise<unknown>): () => void {
  const { document } = globalThis;
  let running = new AbortController();
  const begin = () => {
    running.abort();
    running = new AbortController();
    if (document.visibilityState === "visible") void follow(running.signal);
  };
  begin();
  document.addEventListener("visibilitychange", begin);
  globalThis.addEventListener("online", begin);
  return () => {
    running.abort();
    document.removeEventListener("visibilitychange", begin);
    globalThis.removeEventListener("online", begin);
  };
}
