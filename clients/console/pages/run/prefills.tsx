// Says what was filled in already and from where; and fills in the parameters of the last run.
import type { OutputOf } from "../../../api-client/types.ts";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { changeQuery } from "../../navigation/location.ts";
import { executionPath } from "../../navigation/page-paths.ts";
import { Button, Link } from "../../parts/button.tsx";
import { Note } from "../../parts/panels.tsx";
import { Outside } from "../../parts/text.tsx";
import { ExactTime } from "../../parts/time.tsx";

type PrefillsProps = {
  from: Readonly<Record<string, string>>;
  secrets: readonly string[];
  earlier: OutputOf<"get-execution"> | null;
};

export function Prefills({ from, secrets, earlier }: PrefillsProps) {
  const sources = [...new Set(Object.values(from))];
  if (sources.length === 0 && !earlier) return null;
  return (
    <Note
      tone="info"
      title={`Filled in from ${sources.length === 0 ? "an earlier run" : sources.join(" and ")}`}
    >
      {earlier && (
        <p>
          The earlier run is{" "}
          <Link to={executionPath(earlier.id)}>
            that of <ExactTime at={earlier.createdAt} />
          </Link>
          .
          {secrets.length > 0 && (
            <>
              {" "}
              Its secrets are shown to nobody, so type them again: <Outside text={secrets.join(", ")} />.
            </>
          )}
        </p>
      )}
      {!earlier && <p>Nothing has been sent. Check every value before you run it.</p>}
    </Note>
  );
}

/** The address names the run, so that going back undoes it. */
export function LastRun({ runbookId, incidentId }: { runbookId: string; incidentId: string }) {
  const fill = useAction(async () => {
    const { items } = await client.listExecutions({ runbookId, query: { limit: 1 } });
    const [last] = items;
    if (last) changeQuery({ from: last.id, incidentId }, { replace: false });
    else announce("It has never run: there is nothing to fill in");
  });
  return (
    <Button small kind="plain" icon="running" busy={fill.isRunning} onClick={fill.run}>
      {fill.error === undefined ? "Fill in from the last run" : "Not loaded. Try again"}
    </Button>
  );
}
