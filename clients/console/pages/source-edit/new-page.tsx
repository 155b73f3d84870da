// A new source: which system, whose incidents, how its messages are verified.
import { useState } from "preact/hooks";
import { ProblemError } from "../../../api-client/errors.ts";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { isAllowedSomewhere, requireMe } from "../../data/session.ts";
import { navigate } from "../../navigation/location.ts";
import { sourcePath } from "../../navigation/page-paths.ts";
import { Button, Link } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import { SelectField, TextField } from "../../parts/field.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Blank, Panel } from "../../parts/panels.tsx";
import { wordsAt } from "../edit/problems.ts";
import { describeKind, SCHEME_HINTS, type Scheme } from "../source/kinds.ts";
import { type Editing, SystemFields, TeamFields } from "./fields.tsx";
import { EMPTY, type Form, isClock, isSigned, writeSource } from "./form.ts";
import { MessageFields } from "./message-fields.tsx";
import { ScheduleFields } from "./schedule-fields.tsx";
import { useUnsaved } from "./unsaved.ts";

export function Page() {
  return (
    <>
      <PageHead
        title="New source"
        name="New source"
        above={<Link to="/sources">Sources</Link>}
        below={<p>It reads the messages of a system. Its page then says where the system sends them.</p>}
      />
      {isAllowedSomewhere(requireMe(), "manage") ? (
        <NewForm />
      ) : (
        <Blank icon="lock" title="You may not make sources">
          <p>Admins of a team may, for their team over HTTP, and platform admins.</p>
        </Blank>
      )}
    </>
  );
}

function NewForm() {
  const [form, setForm] = useState<Form>(EMPTY);
  const { input, problems: own } = writeSource(form);
  const release = useUnsaved(form !== EMPTY);
  const create = useAction(async () => {
    const { id, name } = await client.createSource({ body: input });
    announce(`${name}: created`);
    release();
    navigate(sourcePath(id), { replace: true });
  });
  const told = create.error instanceof ProblemError ? create.error.errors : [];
  const editing: Editing = {
    form,
    change: (given) => setForm((before) => ({ ...before, ...given })),
    problems: own.length > 0 ? own : told,
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (own.length === 0) void create.run();
  };
  return (
    <form onSubmit={submit} noValidate class="narrow stack">
      <SystemFields {...editing} isNew />
      {isSigned(form) && <VerificationFields {...editing} />}
      {isClock(form) && <ScheduleFields {...editing} />}
      <TeamFields {...editing} />
      <MessageFields {...editing} />
      {create.error !== undefined && <FailureNote error={create.error} />}
      <div>
        <Button type="submit" kind="primary" busy={create.isRunning}>
          Create the source
        </Button>
      </div>
    </form>
  );
}

function VerificationFields({ form, change, problems }: Editing) {
  const { schemes } = describeKind(form.kind);
  return (
    <Panel title="How its messages are verified">
      <div class="stack">
        <SelectField
          label="Scheme"
          value={form.scheme}
          onInput={(scheme) => change({ scheme: scheme as Scheme })}
          options={schemes.map((scheme) => [scheme, scheme] as const)}
          error={wordsAt(problems, "/verification/scheme")}
        />
        <TextField
          label="Secret"
          kind="secret"
          hint={`${SCHEME_HINTS[form.scheme]} It is encrypted, and shown nowhere.`}
          required
          value={form.secret}
          onInput={(secret) => change({ secret })}
          error={wordsAt(problems, "/verification/secret")}
        />
      </div>
    </Panel>
  );
}
