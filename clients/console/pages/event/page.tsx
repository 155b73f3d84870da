// What became of one event: for each automation whether it fired, or why not, with the conditions that are not met.
import type { OutputOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { automationPath, executionPath, incidentPath } from "../../navigation/page-paths.ts";
import { Link } from "../../parts/button.tsx";
import { FailedConditions } from "../../parts/failed-conditions.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Note, Panel } from "../../parts/panels.tsx";
import { Badge } from "../../parts/status.tsx";
import { Outside } from "../../parts/text.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { DecisionBadge, sayReason } from "../automation/decision-badge.tsx";

type Event = OutputOf<"explain-event">;
type Outcome = Event["automations"][number];

export function Page({ params: { eventId = "" } }: { params: Readonly<Record<string, string>> }) {
  const query = useQuery(`event ${eventId}`, (signal) => client.explainEvent({ eventId }, { signal }));
  return (
    <Loaded what="the event" query={query} isPage>
      {(event) => (
        <>
          <PageHead
            title="What became of the event"
            name="What became of the event"
            above={<Link to="/automations">Automations</Link>}
            below={<HeadFacts event={event} />}
          />
          <div class="stack">
            {event.rejection && (
              <Note tone="bad" title={`It was rejected: ${sayReason(event.rejection.reason)}`}>
                <p>
                  <Outside text={event.rejection.message} />
                </p>
              </Note>
            )}
            {event.automations.map((outcome) => (
              <OneAutomation key={outcome.automationId} outcome={outcome} />
            ))}
            {event.automations.length === 0 && event.rejection === null && (
              <p class="muted">No automation of its team, and no global one, can be triggered by it.</p>
            )}
          </div>
        </>
      )}
    </Loaded>
  );
}

function HeadFacts({ event: { eventId, detailType, source, time, incidentId, teamId } }: { event: Event }) {
  return (
    <div class="stack-tight">
      <p class="small muted">
        <Outside text={[detailType, source && `from ${source}`, teamId].filter(Boolean).join(" · ")} />
        {time !== null && (
          <>
            {" · "}
            <ExactTime at={time} />
          </>
        )}
      </p>
      {incidentId !== null && (
        <p class="small">
          About{" "}
          <Link to={incidentPath(incidentId)}>
            <Outside text={incidentId} />
          </Link>
        </p>
      )}
      <p class="small">
        <code class="digest">
          <Outside text={eventId} />
        </code>
      </p>
    </div>
  );
}

function OneAutomation({ outcome }: { outcome: Outcome }) {
  const { automationId, automationName, automationVersion, message, executionId, decidedAt, failed } =
    outcome;
  return (
    <Panel
      title={
        <Link to={automationPath(automationId)}>
          <Outside text={automationName} />
        </Link>
      }
      actions={<OutcomeBadge outcome={outcome} />}
    >
      <div class="stack">
        {message !== null && (
          <p>
            <Outside text={message} />
          </p>
        )}
        <FailedConditions failed={failed} />
        <p class="small muted">
          Version {automationVersion},{" "}
          {decidedAt === null ? (
            "as it is now"
          ) : (
            <>
              decided <ExactTime at={decidedAt} />
            </>
          )}
          {executionId !== null && (
            <>
              {" · "}
              <Link to={executionPath(executionId)}>see the run</Link>
            </>
          )}
        </p>
      </div>
    </Panel>
  );
}

function OutcomeBadge({ outcome: { outcome, reason } }: { outcome: Outcome }) {
  switch (outcome) {
    case "fired":
    case "skipped":
      return <DecisionBadge decision={{ outcome, reason }} />;
    case "not_matched":
      return <Badge tone="quiet" icon="dash" word="Did not match" />;
    case "disabled":
      return <Badge tone="quiet" icon="dash" word="Disabled" />;
    default:
      return <Badge tone="warn" icon="warning" word="Undecided" />;
  }
}
