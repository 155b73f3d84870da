// Edits a runbook: the form, and beside it the request that it would send, with each error at its place as one types.
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { isAllowed, requireMe } from "../../data/session.ts";
import { runbookPath } from "../../navigation/page-paths.ts";
import { Link } from "../../parts/button.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Blank } from "../../parts/panels.tsx";
import { Outside } from "../../parts/text.tsx";
import { DefinitionForm } from "./definition-form.tsx";

export function Page({ params: { runbookId = "" } }: { params: Readonly<Record<string, string>> }) {
  const query = useQuery(`edit ${runbookId}`, (signal) => client.getRunbook({ runbookId }, { signal }));
  return (
    <Loaded what="the runbook" query={query} isPage>
      {(runbook) => (
        <>
          <PageHead
            title={
              <>
                Edit: <Outside text={runbook.name} />
              </>
            }
            name={`Edit: ${runbook.name}`}
            above={
              <Link to={runbookPath(runbookId)}>
                <Outside text={runbook.name} />
              </Link>
            }
            below={
              <p>
                From version {runbook.version}. Saving makes a draft that must be approved.
                {runbook.liveVersion !== null && EFFECT[runbook.whileDraft]}
              </p>
            }
          />
          {isAllowed(requireMe(), "manage", runbook.teamId) ? (
            // What is typed belongs to the version that it began with.
            <DefinitionForm key={runbook.version} runbook={runbook} />
          ) : (
            <Blank icon="lock" title="You may see this runbook, but not change it">
              <p>Admins of its team may, and platform admins.</p>
            </Blank>
          )}
        </>
      )}
    </Loaded>
  );
}

const EFFECT = {
  stop: " Until then nothing runs.",
  run_approved: " The approved version stays in service until then.",
};
