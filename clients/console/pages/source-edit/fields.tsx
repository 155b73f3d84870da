// The fields of a source: which system, how its messages come, and whose incidents they are.
import { requireMe } from "../../data/session.ts";
import { SelectField, TextField } from "../../parts/field.tsx";
import { Panel } from "../../parts/panels.tsx";
import { PairsField } from "../edit/pairs-field.tsx";
import { type Problem, wordsAt } from "../edit/problems.ts";
import { listScopes } from "../edit/scopes.ts";
import { describeKind, KNOWN_KINDS } from "../source/kinds.ts";
import { type Form, isClock } from "./form.ts";

export type Editing = {
  form: Form;
  change: (given: Partial<Form>) => void;
  problems: readonly Problem[];
};

export function SystemFields({ form, change, problems, isNew }: Editing & { isNew: boolean }) {
  const { schemes, clock } = describeKind(form.kind);
  return (
    <Panel title="The system">
      <div class="stack">
        {isNew && (
          <SelectField
            label="System"
            hint="It cannot be changed later."
            value={form.kind}
            onInput={(value) => change(ofKind(value as Form["kind"]))}
            options={KNOWN_KINDS.map((each) => [each, describeKind(each).system] as const)}
          />
        )}
        <TextField
          label="Name"
          required
          value={form.name}
          onInput={(name) => change({ name })}
          error={wordsAt(problems, "/name")}
        />
        <WayFields {...{ form, change, problems }} />
        {schemes.length === 0 && !clock && (
          <p class="muted small">Its events come over the event bus of the account.</p>
        )}
      </div>
    </Panel>
  );
}

function WayFields({ form, change, problems }: Editing) {
  const { partner } = describeKind(form.kind);
  if (partner === undefined) return null;
  return (
    <>
      <SelectField
        label="Its messages come"
        value={form.way}
        onInput={(way) => change({ way: way === "events" ? "events" : "http" })}
        options={[
          ["http", "Over HTTP"],
          ["events", "Over a partner's event bus"],
        ]}
      />
      {form.way === "events" && (
        <TextField
          label="Source of the events"
          hint={`Begins with ${partner}.`}
          required
          mono
          value={form.eventSource}
          onInput={(eventSource) => change({ eventSource })}
          error={wordsAt(problems, "/eventSource")}
        />
      )}
    </>
  );
}

const ofKind = (kind: Form["kind"]): Partial<Form> => ({
  ...{ kind, way: "http", whose: "one" },
  scheme: describeKind(kind).schemes[0] ?? "bearer",
});

export function TeamFields(editing: Editing) {
  const { form, change } = editing;
  return (
    <Panel title="Whose incidents">
      <div class="stack">
        {!isClock(form) && (
          <SelectField
            label="Team"
            value={form.whose}
            onInput={(whose) => change({ whose: whose === "message" ? "message" : "one" })}
            options={[
              ["one", "One team has all of its incidents"],
              ["message", "The message says which team"],
            ]}
          />
        )}
        {form.whose === "one" ? <OneTeam {...editing} /> : <NamedTeams {...editing} />}
        <PriorityFields {...editing} />
      </div>
    </Panel>
  );
}

const FROM_HINT =
  "A JSON Pointer, such as /labels/team. Of several, with blanks between them, the first that leads to a value counts.";

function NamedTeams({ form, change, problems }: Editing) {
  return (
    <>
      <TextField
        label="Where a message names the team"
        hint={FROM_HINT}
        required
        mono
        value={form.teamFrom}
        onInput={(teamFrom) => change({ teamFrom })}
        error={wordsAt(problems, "/team/from")}
      />
      <PairsField
        legend="Teams"
        hint="What the system calls a team, and the id of your team."
        what="team"
        pairs={form.teams}
        onInput={(teams) => change({ teams })}
        error={wordsAt(problems, "/team/map")}
      />
    </>
  );
}

function PriorityFields({ form, change, problems }: Editing) {
  return (
    <>
      {!isClock(form) && (
        <PairsField
          legend="Priorities"
          hint="What the system calls a priority, and what it is here. Others stay as they are."
          what="priority"
          pairs={form.priorities}
          onInput={(priorities) => change({ priorities })}
          error={wordsAt(problems, "/priority/map")}
        />
      )}
      <TextField
        label={isClock(form) ? "Priority" : "Priority where the system has none"}
        required={false}
        value={form.priorityDefault}
        onInput={(priorityDefault) => change({ priorityDefault })}
        error={wordsAt(problems, "/priority/default")}
      />
    </>
  );
}

function OneTeam({ form, change, problems }: Editing) {
  const scopes = listScopes(requireMe());
  const field = {
    label: "Id of the team",
    value: form.teamId,
    onInput: (teamId: string) => change({ teamId }),
    error: wordsAt(problems, "/teamId"),
  };
  return scopes.includes("*") ? (
    <TextField required {...field} />
  ) : (
    <SelectField options={["", ...scopes].map((scope) => [scope, scope || "Choose"] as const)} {...field} />
  );
}
