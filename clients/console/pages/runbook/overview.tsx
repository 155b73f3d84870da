// What a runbook does, in the version that runs or in the draft, beside the state of its approval.
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { changeQuery, here } from "../../navigation/location.ts";
import { SelectField } from "../../parts/field.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Warnings } from "../../parts/warnings.tsx";
import { DefinitionView } from "../definition/definition.tsx";
import { hasLiveBesideDraft, type Runbook } from "./runbook.ts";
import { StatePanel } from "./state-panel.tsx";

export function Overview({ runbook, onChange }: { runbook: Runbook; onChange: () => void }) {
  const { version, liveVersion, warnings } = runbook;
  const isLive = hasLiveBesideDraft(runbook) && here.value.query.get("version") === "live";
  return (
    <div class="split">
      <div class="stack">
        {hasLiveBesideDraft(runbook) && (
          <SelectField
            label="Shown below"
            value={isLive ? "live" : ""}
            onInput={(value) => changeQuery({ version: value })}
            options={[
              ["", `Version ${version}, the draft`],
              ["live", `Version ${liveVersion}, in service`],
            ]}
          />
        )}
        {!isLive && <Warnings warnings={warnings} />}
        {isLive && liveVersion !== null ? (
          <LiveDefinition runbookId={runbook.id} version={liveVersion} />
        ) : (
          <DefinitionView definition={runbook} />
        )}
      </div>
      <StatePanel runbook={runbook} onChange={onChange} />
    </div>
  );
}

function LiveDefinition({ runbookId, version }: { runbookId: string; version: number }) {
  const query = useQuery(`runbook ${runbookId} version ${version}`, (signal) =>
    client.getVersion({ runbookId, version }, { signal }),
  );
  return (
    <Loaded what="the version in service" query={query}>
      {({ definition }) => <DefinitionView definition={definition} />}
    </Loaded>
  );
}
