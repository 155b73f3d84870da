// What one version changed: by default against the one before, or against any other.
import type { OutputOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { changeQuery, here } from "../../navigation/location.ts";
import { Button } from "../../parts/button.tsx";
import { SelectField } from "../../parts/field.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Panel } from "../../parts/panels.tsx";
import { Differences } from "../changes/differences.tsx";
import { Risk } from "../changes/risk.tsx";
import type { Runbook } from "./runbook.ts";

const MOST_CHOICES = 100;

export function Comparison({ runbook: { id }, version }: { runbook: Runbook; version: number }) {
  const asked = Number(here.value.query.get("from") ?? 0);
  const from = asked > 0 && asked < version ? asked : version - 1;
  const query = useQuery(`runbook ${id} from ${from} to ${version}`, (signal) =>
    client.diffVersions({ runbookId: id, version, query: { from } }, { signal }),
  );
  const earlier = Array.from(
    { length: Math.min(version - 1, MOST_CHOICES) },
    (_, index) => version - 1 - index,
  );
  return (
    <Panel
      title={`What changed from version ${from} to version ${version}`}
      actions={
        <Button small onClick={() => changeQuery({ compare: null, from: null })}>
          Close
        </Button>
      }
    >
      <div class="stack">
        <SelectField
          label="Compared with"
          value={String(from)}
          onInput={(value) => changeQuery({ from: value })}
          options={earlier.map((each) => [String(each), `Version ${each}`])}
        />
        <Loaded what="the comparison" query={query}>
          {(found) => <Found found={found} />}
        </Loaded>
      </div>
    </Panel>
  );
}

function Found({ found: { risk, differences } }: { found: OutputOf<"diff-versions"> }) {
  return (
    <>
      <Risk risk={risk} />
      {differences.length === 0 ? (
        <p class="muted">The definitions are equal: only the approval changed.</p>
      ) : (
        <Differences differences={differences} />
      )}
    </>
  );
}
