// What a row of the audit shows: who, what, about what, when; and its details when asked for.
import { automationPath, executionPath, runbookPath } from "../../navigation/page-paths.ts";
import { Link } from "../../parts/button.tsx";
import { Code } from "../../parts/code.tsx";
import { Disclosure } from "../../parts/disclosure.tsx";
import type { Column } from "../../parts/table.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { type Entry, WORDS } from "./actions.ts";

export const COLUMNS: readonly Column<Entry>[] = [
  {
    label: "What",
    kind: "main",
    cell: (entry) => <What entry={entry} />,
  },
  { label: "About", cell: (entry) => <About entry={entry} /> },
  { label: "By", cell: (entry) => <Actor entry={entry} /> },
  { label: "Team", cell: (entry) => <Team entry={entry} /> },
  { label: "When", cell: ({ at }) => <ExactTime at={at} /> },
];

function Actor({ entry: { actor, actorName } }: { entry: Entry }) {
  if (actor.startsWith("system:")) return <span class="muted">the service</span>;
  if (actor.startsWith("automation:")) return <span class="muted">an automation</span>;
  return <Person by={actor} name={actorName} />;
}

/** The name of the runbook is in the details, where the entry has it. */
function About({ entry: { runbookId, executionId, automationId, details } }: { entry: Entry }) {
  const name = details["runbookName"] ?? details["name"];
  const named = typeof name === "string" ? <Outside text={name} /> : null;
  if (executionId !== null) return <Link to={executionPath(executionId)}>{named ?? "the run"}</Link>;
  if (automationId !== null)
    return <Link to={automationPath(automationId)}>{named ?? "the automation"}</Link>;
  if (runbookId !== null) return <Link to={runbookPath(runbookId)}>{named ?? "the runbook"}</Link>;
  return <Link to="/controls">the controls</Link>;
}

function Team({ entry: { teamId, ranForTeamId } }: { entry: Entry }) {
  const team = ranForTeamId ?? teamId;
  return team === null ? <span class="muted">global</span> : <Outside text={team} />;
}

/** The whole entry is behind its words. */
function What({ entry }: { entry: Entry }) {
  return (
    <Disclosure summary={WORDS[entry.action] ?? entry.action}>
      {() => (
        <Code
          title={`${entry.action}, entry ${entry.sequence} of its chain`}
          text={JSON.stringify(entry, null, 2)}
        />
      )}
    </Disclosure>
  );
}
