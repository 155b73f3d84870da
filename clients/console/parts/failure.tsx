// A failure on the page: what happened, each problem of the input, and what to do.
import { describeFailure, type Failure, type FailureKind, isPassing } from "../data/failure.ts";
import { Button } from "./button.tsx";
import type { IconName } from "./icon.tsx";
import { Blank, Note } from "./panels.tsx";
import { Outside } from "./text.tsx";

const ICONS: Record<FailureKind, IconName> = {
  offline: "unplugged",
  ended: "lock",
  forbidden: "lock",
  missing: "search",
  conflict: "warning",
  refused: "warning",
  failed: "warning",
};

type FailureProps = { error: unknown; onRetry?: () => void };

/** In place of what could not be loaded. */
export function FailurePanel({ error, onRetry }: FailureProps) {
  const failure = describeFailure(error);
  return (
    <div role="alert">
      <Blank icon={ICONS[failure.kind]} title={failure.title}>
        <FailureWords failure={failure} />
        {onRetry && isPassing(failure) && <Button onClick={onRetry}>Try again</Button>}
      </Blank>
    </div>
  );
}

/** Beside what is still there: an action that failed, or a list that could not be loaded again. */
export function FailureNote({ error, onRetry }: FailureProps) {
  const failure = describeFailure(error);
  return (
    <Note tone="bad" title={failure.title} alert>
      <FailureWords failure={failure} />
      {onRetry && (isPassing(failure) || failure.kind === "conflict") && (
        <div>
          <Button small onClick={onRetry}>
            {failure.kind === "conflict" ? "Load what is there now" : "Try again"}
          </Button>
        </div>
      )}
    </Note>
  );
}

function FailureWords({ failure: { detail, issues, requestId } }: { failure: Failure }) {
  return (
    <>
      <p>
        <Outside text={detail} />
      </p>
      {issues.length > 0 && (
        <ul>
          {issues.map(({ pointer, message }) => (
            <li key={`${pointer} ${message}`}>
              {pointer !== "" && <code>{pointer} </code>}
              <Outside text={message} />
            </li>
          ))}
        </ul>
      )}
      {requestId !== null && (
        <p class="small muted">
          Request <code>{requestId}</code>
        </p>
      )}
    </>
  );
}
