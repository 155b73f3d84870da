// What a message becomes: each incident, where each field was found, what is wrong, and which automations would run.
import type { OutputOf } from "../../../api-client/types.ts";
import { automationPath } from "../../navigation/page-paths.ts";
import { Link } from "../../parts/button.tsx";
import { Note, Panel } from "../../parts/panels.tsx";
import { Outside, Visible } from "../../parts/text.tsx";

type Result = OutputOf<"test-source">;
type Item = Result["items"][number];

export function TrialResult({ result: { filtered, items, omitted, automations } }: { result: Result }) {
  return (
    <>
      {filtered && (
        <Note tone="warn" title="The filter leaves this message out">
          <p>It is shown as if the source had no filter. No automation is asked.</p>
        </Note>
      )}
      {omitted > 0 && <Note tone="warn">The system itself has left out {omitted} more.</Note>}
      {items.map((item) => (
        <TrialItem key={item.at} item={item} />
      ))}
      <Panel title="Automations">
        {automations.length === 0 ? (
          <p class="muted">None of those that you may see and test is asked.</p>
        ) : (
          <ul class="stack-tight">
            {automations.map((each) => (
              <li key={`${each.automationId} ${each.incidentId}`}>
                <Verdict of={each} />
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}

function Verdict({ of: { automationId, name, wouldRun, message } }: { of: Result["automations"][number] }) {
  return (
    <>
      <Link to={automationPath(automationId)}>
        <Outside text={name} />
      </Link>
      : {wouldRun ? <strong>would run</strong> : <Outside text={message ?? "would not run"} />}
    </>
  );
}

function TrialItem({ item }: { item: Item }) {
  const { at, outcome, report, message, issues } = item;
  const place = at === "" ? "the message" : at;
  if (item.incident)
    return (
      <Panel title={<Outside text={`Incident ${report}: ${place}`} />}>
        <Fields incident={item.incident} from={item.from} />
      </Panel>
    );
  return (
    <Note
      tone={outcome === "refused" ? "bad" : "quiet"}
      title={outcome === "refused" ? `Refused: ${place}` : `No incident: ${place}`}
    >
      {message !== null && (
        <p>
          <Outside text={message} />
        </p>
      )}
      {issues.length > 0 && (
        <ul class="stack-tight">
          {issues.map(({ pointer, message: wrong }) => (
            <li key={`${pointer} ${wrong}`}>
              <Pointer text={pointer} /> <Outside text={wrong} />
            </li>
          ))}
        </ul>
      )}
    </Note>
  );
}

type FieldsProps = { incident: NonNullable<Item["incident"]>; from: Item["from"] };

function Fields({ incident, from }: FieldsProps) {
  const told = Object.entries(incident).filter(([, value]) => value !== null);
  return (
    <dl class="facts">
      {told.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>
            <span class="value">
              <Outside text={typeof value === "string" ? value : JSON.stringify(value)} />
            </span>
            {from[name] !== undefined && (
              <p class="small muted">
                <Pointer text={from[name]} />
              </p>
            )}
          </dd>
        </>
      ))}
    </dl>
  );
}

function Pointer({ text }: { text: string }) {
  return (
    <code class="inline-code">
      <Visible text={text} />
    </code>
  );
}
