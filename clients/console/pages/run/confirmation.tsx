// The last look before a run: what will be called, where, for whom. Only its button calls anything.
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { requireMe } from "../../data/session.ts";
import { navigate } from "../../navigation/location.ts";
import { executionPath } from "../../navigation/page-paths.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { Disclosure } from "../../parts/disclosure.tsx";
import { Note } from "../../parts/panels.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { SentRequest } from "../../parts/sent-request.tsx";
import { Outside } from "../../parts/text.tsx";
import type { Incident } from "./prefill.ts";
import type { Preview, Runbook, StartBody } from "./request.ts";
import type { KeyOf } from "./start-keys.ts";
import { listTeamsToRunFor } from "./team-field.tsx";

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
    <AskDialog
      title="Run this now?"
      {...{ stay: isRefused ? "Back to the form" : "Not yet", icon: "play" }}
      go={start.isRunning ? "Starting …" : isRefused ? "Try again" : "Run now"}
      kind={body.breakGlass ? "danger" : "primary"}
      {...{ isRunning: start.isRunning, onClose, onSubmit: start.run }}
    >
      <Called {...shown} />
      <Disclosure summary="The exact request">{() => <SentRequest request={shown.preview} />}</Disclosure>
      {isRefused && <Refusal error={start.error} runbook={runbook} onReload={onReload} />}
    </AskDialog>
  );
}

type CalledProps = Pick<ConfirmationProps, "runbook" | "incident" | "body" | "preview">;

function Called({ body, preview: { method, url, runbookVersion }, ...shown }: CalledProps) {
  const { host, pathname, search } = new URL(url);
  return (
    <>
      <p>
        <strong>
          <Outside text={shown.runbook.name} />
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
      <Purpose body={body} {...shown} />
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

function Purpose({ runbook, incident, body }: Omit<CalledProps, "preview">) {
  const { incidentId } = body;
  // Another one may have been typed since the page was opened.
  const known = incident?.id === incidentId ? incident : null;
  const team = runbook.teamId ?? known?.teamId ?? body.teamId;
  const [only] = listTeamsToRunFor(requireMe(), runbook.teamId, incidentId ?? "");
  const words = incidentId ? "the team of the incident" : (only ?? "none");
  return (
    <dl class="facts">
      <dt>Team</dt>
      <dd>
        <Outside text={team ?? words} />
      </dd>
      <dt>Incident</dt>
      <dd>
        <Outside text={known ? `${known.id}: ${known.title}` : (incidentId ?? "none")} />
      </dd>
    </dl>
  );
}
