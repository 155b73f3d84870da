// One source: its settings, how its system is connected, a test with a message, and what it could not read.
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { Link } from "../../parts/button.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { openTab, Tabs } from "../../parts/tabs.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { Actions } from "./actions.tsx";
import { describeKind } from "./kinds.ts";
import { Overview } from "./overview.tsx";
import { Refused } from "./refused.tsx";
import type { Source } from "./source.ts";
import { SourceState } from "./source-state.tsx";
import { Trial } from "./trial.tsx";

const TABS = [
  { id: "overview", label: "Overview" },
  { id: "test", label: "Test" },
  { id: "refused", label: "Refused messages" },
] as const;

export function Page({ params: { sourceId = "" } }: { params: Readonly<Record<string, string>> }) {
  const query = useQuery<Source>(`source ${sourceId}`, (signal) =>
    client.getSource({ sourceId }, { signal }),
  );
  return (
    <Loaded what="the source" query={query} isPage>
      {(source) => (
        <>
          <PageHead
            title={<Outside text={source.name} />}
            name={source.name}
            above={<Link to="/sources">Sources</Link>}
            below={<HeadFacts source={source} />}
            actions={<Actions source={source} onDone={query.replace} onReload={query.reload} />}
          />
          <Tabs label="Parts of the source" tabs={TABS} open={openTab(TABS)} />
          <Part source={source} />
        </>
      )}
    </Loaded>
  );
}

function HeadFacts({ source }: { source: Source }) {
  const { kind, version, updatedBy, updatedByName, updatedAt } = source;
  return (
    <div class="row">
      <SourceState of={source} />
      <span class="small muted">
        {describeKind(kind).system} · version {version} by <Person by={updatedBy} name={updatedByName} />,{" "}
        <Time at={updatedAt} />
      </span>
    </div>
  );
}

function Part({ source }: { source: Source }) {
  switch (openTab(TABS)) {
    case "test":
      return <Trial source={source} />;
    case "refused":
      return <Refused sourceId={source.id} />;
    default:
      return <Overview source={source} />;
  }
}
