// A run that was refused: why, in the service's words, and what to do about it.
import { ConnectionError, ProblemError } from "../../api-client/errors.ts";
import { reviewPath, runbookPath } from "../navigation/page-paths.ts";
import { Button, Link } from "./button.tsx";
import { FailureNote } from "./failure.tsx";
import { Note } from "./panels.tsx";

type Refused = { id: string; name: string };
type Advice = { words: string; to?: (runbook: Refused) => string; link?: string };

/** Code of the problem → what to do. */
const ADVICE: Readonly<Record<string, Advice>> = {
  paused: {
    words:
      "Wait until it is resumed. If this cannot wait, an admin of the team may break the glass, in the form.",
    to: () => "/controls",
    link: "See the pauses",
  },
  frozen: {
    words:
      "Wait until the freeze ends. If this cannot wait, an admin of the team may break the glass, in the form.",
    to: () => "/controls",
    link: "See the freeze windows",
  },
  runbook_not_approved: {
    words: "Nobody can run it until it is approved.",
    to: ({ id }) => reviewPath(id),
    link: "See its review",
  },
  approval_expired: {
    words: "Its approval is too old. Somebody who may approve it must look at it again.",
    to: ({ id }) => reviewPath(id),
    link: "See its review",
  },
  active_executions: {
    words:
      "It runs as often as it may at the same time. Wait for the runs that are under way, or cancel one.",
    to: ({ id }) => `${runbookPath(id, "runs")}&status=RUNNING`,
    link: "See what runs",
  },
  too_many_requests: { words: "Too much was started in a short time. Wait a minute, then try again." },
  not_permitted: { words: "Somebody with the right role may run it: send them the address of this page." },
};

type RefusalProps = {
  error: unknown;
  runbook: Refused;
  /** Loads what has changed meanwhile. */
  onReload?: (() => void) | undefined;
};

export function Refusal({ error, runbook, onReload }: RefusalProps) {
  return (
    <>
      <FailureNote error={error} />
      <WhatToDo error={error} runbook={runbook} onReload={onReload} />
    </>
  );
}

function WhatToDo({ error, runbook, onReload }: RefusalProps) {
  if (error instanceof ConnectionError && error.mayHaveArrived)
    return (
      <Note tone="info">
        Try again without fear: the same request starts one run, however often it is sent.
      </Note>
    );
  if (!(error instanceof ProblemError)) return null;
  if (error.code === "version_conflict" && onReload)
    return (
      <Note tone="info">
        <p>Another version is in service than the one that you saw.</p>
        <div>
          <Button small onClick={onReload}>
            Load it
          </Button>
        </div>
      </Note>
    );
  const advice = ADVICE[error.code];
  if (!advice) return null;
  return (
    <Note tone="info">
      <p>
        {advice.words} {advice.to && <Link to={advice.to(runbook)}>{advice.link}</Link>}
      </p>
    </Note>
  );
}
