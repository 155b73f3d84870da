// Starts what an automation missed in the last week: first it says what that is, and what would become of it now.
import { useState } from "preact/hooks";
import type { OutputOf } from "../../../api-client/types.ts";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { isAllowed, requireMe } from "../../data/session.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { Button } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import type { Automation } from "./automation.ts";

const WEEK_MS = 7 * 24 * 3_600_000;
type Missed = OutputOf<"catch-up-automation">;

type CatchUpProps = { automation: Automation; onDone: () => void };

export function CatchUp({ automation, onDone }: CatchUpProps) {
  const [missed, setMissed] = useState<Missed | null>(null);
  const look = useAction(async () => {
    const to = Date.now();
    const range = { from: new Date(to - WEEK_MS).toISOString(), to: new Date(to).toISOString() };
    const { id: automationId } = automation;
    setMissed(await client.catchUpAutomation({ automationId, body: { ...range, dryRun: true } }));
  });
  if (!automation.enabled || !isAllowed(requireMe(), "execute", automation.teamId)) return null;
  return (
    <div class="stack">
      <p>
        <Button busy={look.isRunning} onClick={look.run}>
          What was missed …
        </Button>
      </p>
      {look.error !== undefined && <FailureNote error={look.error} />}
      {missed && <CatchUpDialog {...{ automation, onDone, missed }} onClose={() => setMissed(null)} />}
    </div>
  );
}

type DialogProps = CatchUpProps & { missed: Missed; onClose: () => void };

function CatchUpDialog({
  automation: { id, name },
  onDone,
  missed: { items, nextTo },
  onClose,
}: DialogProps) {
  const would = items.filter(({ outcome }) => outcome === "fired");
  const start = useAction(async () => {
    if (would.length > 0) {
      const eventIds = would.map(({ eventId }) => eventId);
      const { items: done } = await client.catchUpAutomation({ automationId: id, body: { eventIds } });
      announce(`${name}: ${done.filter(({ outcome }) => outcome === "fired").length} started`);
    }
    onDone();
    onClose();
  });
  return (
    <AskDialog
      title={`What was missed: ${name}`}
      {...{ stay: "Leave it", go: would.length === 0 ? "Close" : `Start ${would.length}` }}
      {...{ isRunning: start.isRunning, error: start.error, onClose, onSubmit: start.run }}
    >
      <p>
        In the last week it skipped {items.length} {items.length === 1 ? "event" : "events"} for what may have
        gone since{nextTo === null ? "" : ", and more before them"}.
      </p>
      <p>{sayWhatWould(would.length)}</p>
    </AskDialog>
  );
}

const sayWhatWould = (count: number) =>
  count === 0
    ? "By the incidents as they are now, none of them would start a run."
    : `By the incidents as they are now, ${count} would start a run. Each is asked again before it starts.`;
