// What the receiver has reported about work that it took on: its notes, and its result.
import { Code } from "../../parts/code.tsx";
import { Panel } from "../../parts/panels.tsx";
import { Badge } from "../../parts/status.tsx";
import { Outside } from "../../parts/text.tsx";
import { ExactTime, Time } from "../../parts/time.tsx";
import type { Execution } from "./execution.ts";

type Callback = NonNullable<Execution["callback"]>;

const MOST_NOTES = 50;

export function Report({ callback, goesOn }: { callback: Callback; goesOn: boolean }) {
  const { notes } = callback;
  return (
    <Panel title="Reports of the receiver">
      <div class="stack">
        <Result callback={callback} goesOn={goesOn} />
        {notes.length >= MOST_NOTES && (
          <p class="small muted">The latest {MOST_NOTES} notes are kept; earlier ones are gone.</p>
        )}
        <ol class="notes">
          {notes.map(({ number, at, message }) => (
            <li key={number}>
              <ExactTime at={at} />
              <span>
                <Outside text={message} />
              </span>
            </li>
          ))}
        </ol>
      </div>
    </Panel>
  );
}

function Result({
  callback: { result, deadlineAt, notes },
  goesOn,
}: {
  callback: Callback;
  goesOn: boolean;
}) {
  if (result === null)
    return (
      <p class={notes.length === 0 ? "muted" : undefined}>
        {!goesOn && "It has not reported a result."}
        {goesOn &&
          (deadlineAt === null
            ? "It is asked for a report when it has accepted the call."
            : "Its result is awaited: the run fails without one ")}
        {goesOn && deadlineAt !== null && <Time at={deadlineAt} />}
      </p>
    );
  const { status, message, output, at } = result;
  const isGood = status === "SUCCESS";
  return (
    <>
      <p class="row">
        <Badge
          tone={isGood ? "good" : "bad"}
          icon={isGood ? "check" : "cross"}
          word={isGood ? "Reported done" : "Reported a failure"}
        />
        <ExactTime at={at} />
      </p>
      {message !== null && (
        <p>
          <Outside text={message} />
        </p>
      )}
      {output !== null && <Code title="Output" text={JSON.stringify(output, null, 2)} />}
    </>
  );
}
