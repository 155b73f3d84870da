// The last look before a run: what will be called, where, for whom. Only its button calls anything.
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { navigate } from "../../navigation/location.ts";
import { executionPath } from "../../navigation/page-paths.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Disclosure } from "../../parts/disclosure.tsx";
import { Note } from "../../parts/panels.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { SentRequest } from "../../parts/sent-request.tsx";
import { Outside } from "../../parts/text.tsx";
import type { Incident } from "./prefill.ts";
import type { Preview, Runbook, StartBody } from "./request.ts";
import type { KeyOf } from "./start-keys.ts";

type ConfirmationProps = {
  runbook: Runbook;
  incident: Incident | null;
  body: StartBody;
  preview: Preview;
  keys: KeyOf;
  onClose: () => void;
  onReload: () => void;
};

export function Confirmation({ keys, onClose, onReload, ...shown }: ConfirmationProps) {
  const { runbook, body } = shown;
  const start = useAction(async () => {
    const headers = { "idempotency-key": keys(body) };
    const { id } = await client.startExecution({ runbookId: runbook.id, headers, body });
    announce(`${runbook.name} has started`);
    navigate(executionPath(id));
  });
  const isRefused = start.error !== undefined;
  return (
    <Dialog
      title="Run this now?"
      onClose={onClose}
      onSubmit={start.run}
      buttons={
        <>
          <Button onClick={onClose}>{isRefused ? "Back to the form" : "Not yet"}</Button>
          <Button
            type="submit"
            kind={body.breakGlass ? "danger" : "primary"}
            icon="play"
            busy={start.isRunning}
          >
            {start.isRunning ? "Starting …" : isRefused ? "Try again" : "Run now"}
          </Button>
        </>
      }
    >
      <Called {...shown} />
      <Disclosure summary="The exact request">{() => <SentRequest request={shown.preview} />}</Disclosure>
      {isRefused && <Refusal error={start.error} runbook={runbook} onReload={onReload} />}
    </Dialog>
  );
}

type CalledProps = Pick<ConfirmationProps, "runbook" | "incident" | "body" | "preview">;

function Called({ runbook, incident, body, preview: { method, url, runbookVersion } }: CalledProps) {
  const { host, pathname, search } = new URL(url);
  const team = runbook.teamId ?? body.teamId ?? incident?.teamId ?? null;
  return (
    <>
      <p>
        <strong>
          <Outside text={runbook.name} />
        </strong>
        , version {runbookVersion}, will call
      </p>
      <div class="called">
        <p>
          <strong class="mono">{method}</strong> <strong class="called-host">{host}</strong>
        </p>
        <p class="mono called-path">
          <Outside text={`${pathname}${search}`} />
        </p>
      </div>
      <dl class="facts">
        <dt>Team</dt>
        <dd>{team === null ? "the one of the incident, or none" : <Outside text={team} />}</dd>
        <dt>Incident</dt>
        <dd>
          {body.incidentId ? (
            <Outside
              text={
                incident?.id === body.incidentId ? `${body.incidentId}: ${incident.title}` : body.incidentId
              }
            />
          ) : (
            "none"
          )}
        </dd>
      </dl>
      {body.breakGlass && (
        <Note tone="bad" title="The glass is broken">
          <p>
            It passes pauses and freeze windows: <Outside text={body.breakGlass.reason} />
          </p>
        </Note>
      )}
    </>
  );
}
