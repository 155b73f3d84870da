// Edits a source. What is sent are the settings that were changed, unless somebody else has saved meanwhile.
import { useMemo, useState } from "preact/hooks";
import { ProblemError } from "../../../api-client/errors.ts";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { requireMe } from "../../data/session.ts";
import { navigate } from "../../navigation/location.ts";
import { sourcePath } from "../../navigation/page-paths.ts";
import { Button, Link } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Blank } from "../../parts/panels.tsx";
import { Outside } from "../../parts/text.tsx";
import { mayManage, type Source } from "../source/source.ts";
import { type Editing, SystemFields, TeamFields } from "./fields.tsx";
import { type Form, findChanges, isClock, readForm } from "./form.ts";
import { MessageFields } from "./message-fields.tsx";
import { ScheduleFields } from "./schedule-fields.tsx";
import { useUnsaved } from "./unsaved.ts";

export function Page({ params: { sourceId = "" } }: { params: Readonly<Record<string, string>> }) {
  const query = useQuery<Source>(`edit source ${sourceId}`, (signal) =>
    client.getSource({ sourceId }, { signal }),
  );
  return (
    <Loaded what="the source" query={query} isPage>
      {(source) => (
        <>
          <PageHead
            title={
              <>
                Edit: <Outside text={source.name} />
              </>
            }
            name={`Edit: ${source.name}`}
            above={
              <Link to={sourcePath(sourceId)}>
                <Outside text={source.name} />
              </Link>
            }
            below={<p>From version {source.version}. What you save holds for the next message.</p>}
          />
          {mayManage(requireMe(), source) ? (
            // What is typed belongs to the version that it began with.
            <EditForm key={source.version} source={source} onReload={query.reload} />
          ) : (
            <Blank icon="lock" title="You may see this source, but not change it">
              <p>Admins of its team may, and platform admins.</p>
            </Blank>
          )}
        </>
      )}
    </Loaded>
  );
}

function EditForm({ source, onReload }: { source: Source; onReload: () => void }) {
  const { id, version } = source;
  const base = useMemo(() => readForm(source), [source]);
  const [form, setForm] = useState<Form>(base);
  const { changes, problems: own } = findChanges(form, base);
  const count = Object.keys(changes).length;
  const release = useUnsaved(count > 0);
  const save = useAction(async () => {
    const headers = { "if-match": `"${version}"` };
    const saved = await client.updateSource({ sourceId: id, headers, body: changes });
    announce(`${saved.name}: saved`);
    release();
    navigate(sourcePath(id));
  });
  const told = save.error instanceof ProblemError ? save.error.errors : [];
  const editing: Editing = {
    form,
    change: (given) => setForm((before) => ({ ...before, ...given })),
    problems: own.length > 0 ? own : told,
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (count > 0 && own.length === 0) void save.run();
  };
  return (
    <form onSubmit={submit} noValidate class="narrow stack">
      <SystemFields {...editing} isNew={false} />
      {isClock(form) && <ScheduleFields {...editing} />}
      <TeamFields {...editing} />
      <MessageFields {...editing} />
      {save.error !== undefined && <FailureNote error={save.error} onRetry={onReload} />}
      <SaveRow count={count} isRunning={save.isRunning} />
    </form>
  );
}

function SaveRow({ count, isRunning }: { count: number; isRunning: boolean }) {
  return (
    <div class="row">
      <Button type="submit" kind="primary" busy={isRunning || count === 0}>
        Save
      </Button>
      <span class="small muted" role="status">
        {count === 0 ? "Nothing is changed yet." : `${count} changed.`}
      </span>
    </div>
  );
}
