// A new runbook: its first words and where it calls. All the rest has a beginning, and is edited next.
import { useState } from "preact/hooks";
import { ProblemError } from "../../../api-client/errors.ts";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { requireMe } from "../../data/session.ts";
import { navigate } from "../../navigation/location.ts";
import { editPath } from "../../navigation/page-paths.ts";
import { Button, Link } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import { SelectField, TextArea, TextField } from "../../parts/field.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Blank, Panel } from "../../parts/panels.tsx";
import { wordsAt } from "./problems.ts";
import { listScopes } from "./scopes.ts";

/** Stands for the scope of global runbooks: no team has this id. */
const GLOBAL = "";

export function Page() {
  const scopes = listScopes(requireMe());
  return (
    <>
      <PageHead
        title="New runbook"
        name="New runbook"
        above={<Link to="/">Runbooks</Link>}
        below={<p>It begins as a draft. Nothing is called before somebody else has approved it.</p>}
      />
      {scopes.length === 0 ? (
        <Blank icon="lock" title="You may not write runbooks">
          <p>Admins of a team may, for their team, and platform admins.</p>
        </Blank>
      ) : (
        <NewForm scopes={scopes} />
      )}
    </>
  );
}

function NewForm({ scopes }: { scopes: readonly string[] }) {
  const isFree = scopes.includes("*");
  const [teamId, setTeamId] = useState(isFree ? GLOBAL : (scopes[0] ?? GLOBAL));
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [webhookUrl, setWebhookUrl] = useState("");
  const create = useAction(async () => {
    const body = { teamId: teamId === GLOBAL ? null : teamId, name, description, webhookUrl };
    const { id } = await client.createRunbook({ body: { ...body, payloadTemplate: "{}" } });
    announce(`${name}: created as a draft`);
    navigate(editPath(id), { replace: true });
  });
  const problems = create.error instanceof ProblemError ? create.error.errors : [];
  const submit = (event: Event) => {
    event.preventDefault();
    void create.run();
  };
  return (
    <form onSubmit={submit} noValidate class="narrow">
      <Panel title="What it is">
        <div class="stack">
          {isFree ? (
            <TextField
              label="Team"
              hint="Empty: a global runbook, for every team. It cannot be changed later."
              required={false}
              value={teamId}
              onInput={setTeamId}
              error={wordsAt(problems, "/teamId")}
            />
          ) : (
            <SelectField
              label="Team"
              hint="It cannot be changed later."
              value={teamId}
              onInput={setTeamId}
              options={scopes.map((scope) => [scope, scope] as const)}
            />
          )}
          <TextField
            label="Name"
            required
            value={name}
            onInput={setName}
            error={wordsAt(problems, "/name")}
          />
          <TextArea
            label="Description"
            hint="What it does, and when to use it."
            required
            rows={2}
            value={description}
            onInput={setDescription}
            error={wordsAt(problems, "/description")}
          />
          <TextField
            label="URL"
            hint="What it calls. Path and query may have parameters, such as {{params.service}}, once these are defined."
            required
            mono
            value={webhookUrl}
            onInput={setWebhookUrl}
            error={wordsAt(problems, "/webhookUrl")}
          />
          {create.error !== undefined && <FailureNote error={create.error} />}
          <div>
            <Button type="submit" kind="primary" busy={create.isRunning}>
              Create the draft
            </Button>
          </div>
        </div>
      </Panel>
    </form>
  );
}
