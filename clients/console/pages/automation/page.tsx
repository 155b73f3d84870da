// One automation: when it fires, why it did not, its versions, and a test with an event.
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { AutomationState } from "../../parts/automation-state.tsx";
import { Link } from "../../parts/button.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { openTab, Tabs } from "../../parts/tabs.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { Approve } from "./approve.tsx";
import type { Automation } from "./automation.ts";
import { Decisions } from "./decisions.tsx";
import { Overview } from "./overview.tsx";
import { Switches } from "./switches.tsx";
import { Trial } from "./trial.tsx";
import { Versions } from "./versions.tsx";

const TABS = [
  { id: "overview", label: "Overview" },
  { id: "decisions", label: "Decisions" },
  { id: "versions", label: "Versions" },
  { id: "test", label: "Test" },
] as const;

export function Page({ params: { automationId = "" } }: { params: Readonly<Record<string, string>> }) {
  const query = useQuery<Automation>(`automation ${automationId}`, (signal) =>
    client.getAutomation({ automationId }, { signal }),
  );
  return (
    <Loaded what="the automation" query={query} isPage>
      {(automation) => (
        <>
          <PageHead
            title={<Outside text={automation.name} />}
            name={automation.name}
            above={<Link to="/automations">Automations</Link>}
            below={<HeadFacts automation={automation} />}
            actions={
              <>
                <Approve automation={automation} onDone={query.replace} onReload={query.reload} />
                <Switches automation={automation} onDone={query.replace} onReload={query.reload} />
              </>
            }
          />
          <Tabs label="Parts of the automation" tabs={TABS} open={openTab(TABS)} />
          <Part automation={automation} />
        </>
      )}
    </Loaded>
  );
}

function HeadFacts({ automation }: { automation: Automation }) {
  const { version, updatedBy, updatedByName, updatedAt, teamId } = automation;
  return (
    <div class="row">
      <AutomationState of={automation} />
      <span class="small muted">
        Version {version} by <Person by={updatedBy} name={updatedByName} />, <Time at={updatedAt} /> ·{" "}
        {teamId === null ? "global" : <Outside text={teamId} />}
      </span>
    </div>
  );
}

function Part({ automation }: { automation: Automation }) {
  switch (openTab(TABS)) {
    case "decisions":
      return <Decisions automation={automation} />;
    case "versions":
      return <Versions automation={automation} />;
    case "test":
      return <Trial automation={automation} />;
    default:
      return <Overview automation={automation} />;
  }
}
