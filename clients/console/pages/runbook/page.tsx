// One runbook: what it does, its versions, the automations that start it, and its runs.
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { Link } from "../../parts/button.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { openTab, Tabs } from "../../parts/tabs.tsx";
import { Outside } from "../../parts/text.tsx";
import { Automations } from "./automations.tsx";
import { HeadActions, HeadFacts } from "./head.tsx";
import { Overview } from "./overview.tsx";
import type { Runbook } from "./runbook.ts";
import { Runs } from "./runs.tsx";
import { Versions } from "./versions.tsx";

const TABS = [
  { id: "overview", label: "Overview" },
  { id: "versions", label: "Versions" },
  { id: "automations", label: "Automations" },
  { id: "runs", label: "Runs" },
] as const;

export function Page({ params: { runbookId = "" } }: { params: Readonly<Record<string, string>> }) {
  const query = useQuery<Runbook>(`runbook ${runbookId}`, (signal) =>
    client.getRunbook({ runbookId }, { signal }),
  );
  return (
    <Loaded what="the runbook" query={query} isPage>
      {(runbook) => (
        <>
          <PageHead
            title={<Outside text={runbook.name} />}
            name={runbook.name}
            above={<Link to="/">Runbooks</Link>}
            below={<HeadFacts runbook={runbook} />}
            actions={<HeadActions runbook={runbook} />}
          />
          <Tabs label="Parts of the runbook" tabs={TABS} open={openTab(TABS)} />
          <Part runbook={runbook} onChange={query.reload} />
        </>
      )}
    </Loaded>
  );
}

function Part({ runbook, onChange }: { runbook: Runbook; onChange: () => void }) {
  switch (openTab(TABS)) {
    case "versions":
      return <Versions runbook={runbook} onChange={onChange} />;
    case "automations":
      return <Automations runbook={runbook} />;
    case "runs":
      return <Runs runbook={runbook} />;
    default:
      return <Overview runbook={runbook} onChange={onChange} />;
  }
}
