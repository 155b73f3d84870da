// Runs a runbook: a form made from its parameters, the exact request, and a last look before anything is called.
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { isAllowed, requireMe } from "../../data/session.ts";
import { here } from "../../navigation/location.ts";
import { runbookPath } from "../../navigation/page-paths.ts";
import { Link, LinkButton } from "../../parts/button.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Blank } from "../../parts/panels.tsx";
import { Outside } from "../../parts/text.tsx";
import { RunForm } from "./form.tsx";
import type { Incident } from "./prefill.ts";
import type { Definition, Runbook } from "./request.ts";

export function Page({ params: { runbookId = "" } }: { params: Readonly<Record<string, string>> }) {
  const { query: address } = here.value;
  const query = useQuery(`run ${runbookId} ${address}`, (signal) => loadRun(runbookId, address, signal));
  return (
    <Loaded what="the form" query={query} isPage>
      {(loaded) => (
        <>
          <PageHead
            title={
              <>
                Run: <Outside text={loaded.runbook.name} />
              </>
            }
            name={`Run: ${loaded.runbook.name}`}
            above={
              <Link to={runbookPath(runbookId)}>
                <Outside text={loaded.runbook.name} />
              </Link>
            }
            below={
              <p>
                <Outside text={loaded.definition?.description ?? loaded.runbook.description} />
              </p>
            }
          />
          <Body loaded={loaded} onReload={query.reload} />
        </>
      )}
    </Loaded>
  );
}

type LoadedRun = Awaited<ReturnType<typeof loadRun>>;

function Body({ loaded, onReload }: { loaded: LoadedRun; onReload: () => void }) {
  const { runbook, definition, earlier, incident } = loaded;
  const { id, teamId, liveVersion } = runbook;
  if (!isAllowed(requireMe(), "execute", teamId))
    return (
      <Blank icon="lock" title="You may see this runbook, but not run it">
        <p>
          Running needs the role responder or admin in {teamId === null ? "a team" : `the team ${teamId}`}.
          Whoever has it can be sent this page's address: it keeps what is filled in.
        </p>
      </Blank>
    );
  if (liveVersion === null || definition === null)
    return (
      <Blank icon="warning" title="No version may run">
        <p>A version runs when it is approved, until it is withdrawn or deprecated.</p>
        <LinkButton to={runbookPath(id)}>See what it waits for</LinkButton>
      </Blank>
    );
  return <RunForm key={liveVersion} {...{ runbook, definition, earlier, incident, liveVersion, onReload }} />;
}

async function loadRun(runbookId: string, query: URLSearchParams, signal: AbortSignal) {
  const call = { signal };
  const executionId = query.get("from");
  const incidentId = query.get("incidentId");
  const [runbook, earlier, incident] = await Promise.all([
    client.getRunbook({ runbookId }, call),
    executionId ? client.getExecution({ executionId }, call).catch(giveNothing) : null,
    incidentId ? client.getIncident({ incidentId }, call).catch(giveNothing) : null,
  ]);
  const definition = await loadDefinition(runbook, call);
  return { runbook, definition, earlier, incident: incident as Incident | null };
}

/** The form can be filled in by hand too. What is wrong with an incident, its field says. */
const giveNothing = () => null;

async function loadDefinition(runbook: Runbook, call: { signal: AbortSignal }): Promise<Definition | null> {
  const { id: runbookId, version, liveVersion } = runbook;
  if (liveVersion === null) return null;
  if (liveVersion === version) return runbook;
  const { definition } = await client.getVersion({ runbookId, version: liveVersion }, call);
  return definition;
}
