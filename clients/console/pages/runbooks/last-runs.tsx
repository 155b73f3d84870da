// How a runbook ended lately. It is asked for when its row comes into view, a few rows at a time.
import { useEffect, useRef, useState } from "preact/hooks";
import type { ItemOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { takeTurn } from "../../data/turns.ts";
import { Sparkline } from "../../parts/sparkline.tsx";
import { Time } from "../../parts/time.tsx";

type Run = ItemOf<"list-executions">;
const SHOWN = 20;

export function LastRuns({ runbookId }: { runbookId: string }) {
  const element = useRef<HTMLDivElement>(null);
  const [runs, setRuns] = useState<readonly Run[] | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const load = async () => {
      const { items } = await takeTurn(() =>
        client.listExecutions({ runbookId, query: { limit: SHOWN } }, { signal: abort.signal }),
      );
      setRuns(items);
    };
    const watch = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      watch.disconnect();
      // Without it the row still says all that it must.
      load().catch(() => undefined);
    });
    if (element.current) watch.observe(element.current);
    return () => {
      watch.disconnect();
      abort.abort();
    };
  }, [runbookId]);
  const [last] = runs ?? [];
  return (
    <div ref={element} class="last-runs">
      <Sparkline statuses={(runs ?? []).map(({ status }) => status)} />
      <span class="small muted">{last ? <Time at={last.createdAt} /> : runs && "never run"}</span>
    </div>
  );
}
