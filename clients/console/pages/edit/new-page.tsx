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

type Draft = { teamId: string; name: string; description: string; webhookUrl: string };

function NewForm({ scopes }: { scopes: readonly string[] }) {
  const first = scopes.includes("*") ? GLOBAL : (scopes[0] ?? GLOBAL);
  const [draft, setDraft] = useState<Draft>({ teamId: first, name: "", description: "", webhookUrl: "" });
  const create = useAction(() => createDraft(draft));
  const problems = create.error instanceof ProblemError ? create.error.errors : [];
  const field = (name: keyof Draft) => ({
    value: draft[name],
    onInput: (text: string) => setDraft({ ...draft, [name]: text }),
    error: wordsAt(problems, `/${name}`),
  });
  const submit = (event: Event) => {
    event.preventDefault();
    void create.run();
  };
  return (
    <form onSubmit={submit} noValidate class="narrow">
      <Panel title="What it is">
        <div class="stack">
          <TeamField scopes={scopes} {...field("teamId")} />
          <TextField label="Name" required {...field("name")} />
          <TextArea
            label="Description"
            hint="What it does, and when to use it."
            required
            rows={2}
            {...field("description")}
          />
          <TextField label="URL" hint={URL_HINT} required mono {...field("webhookUrl")} />
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

async function createDraft(draft: Draft): Promise<void> {
  const teamId = draft.teamId === GLOBAL ? null : draft.teamId;
  const { id, name } = await client.createRunbook({ body: { ...draft, teamId, payloadTemplate: "{}" } });
  announce(`${name}: created as a draft`);
  navigate(editPath(id), { replace: true });
}

const URL_HINT =
  "What it calls. Path and query may have parameters, such as {{params.service}}, once these are defined.";

type TeamFieldProps = {
  scopes: readonly string[];
  value: string;
  onInput: (teamId: string) => void;
  error: string | undefined;
};

function TeamField({ scopes, ...field }: TeamFieldProps) {
  const hint = "It cannot be changed later.";
  return scopes.includes("*") ? (
    <TextField
      label="Team"
      hint={`Empty: a global runbook, for every team. ${hint}`}
      required={false}
      {...field}
    />
  ) : (
    <SelectField
      label="Team"
      hint={hint}
      options={scopes.map((scope) => [scope, scope] as const)}
      {...field}
    />
  );
}
