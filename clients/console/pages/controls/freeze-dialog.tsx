// Makes a freeze window. What is wrong with it, the service says at its field.
import { useMemo, useState } from "preact/hooks";
import { ProblemError } from "../../../api-client/errors.ts";
import { createKey } from "../../../api-client/request.ts";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { requireMe } from "../../data/session.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { SelectField, TextArea, TextField } from "../../parts/field.tsx";
import { listScopes, readWindow, type TypedWindow } from "./typed-window.ts";

type Fields = {
  typed: TypedWindow;
  errorOf: (field: keyof TypedWindow) => string | undefined;
  onInput: (changed: Partial<TypedWindow>) => void;
};

export function FreezeDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const scopes = listScopes(requireMe());
  const [typed, setTyped] = useState<TypedWindow>({
    ...{ name: "", scope: scopes[0]?.[0] ?? "", kind: "deny", schedule: "0 18 * * 5", hours: "12" },
    ...{ timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, manual: "refuse", reason: "" },
  });
  const key = useMemo(createKey, [typed]);
  const create = useAction(async () => {
    const headers = { "idempotency-key": key };
    const window = await client.createFreezeWindow({ headers, body: readWindow(typed) });
    announce(`The freeze window ${window.name} is made`);
    onDone();
    onClose();
  });
  const issues = create.error instanceof ProblemError ? create.error.errors : [];
  const errorOf = (field: keyof TypedWindow) => {
    const name = field === "hours" ? "durationMinutes" : field;
    return issues.find(({ pointer }) => pointer === `/${name}`)?.message;
  };
  const onInput = (changed: Partial<TypedWindow>) => setTyped({ ...typed, ...changed });
  return (
    <AskDialog
      title="A new freeze window"
      {...{ stay: "Cancel", go: "Make it", isRunning: create.isRunning, error: create.error }}
      {...{ onClose, onSubmit: create.run }}
    >
      <WhatFields {...{ typed, errorOf, onInput }} scopes={scopes} />
      <WhenFields {...{ typed, errorOf, onInput }} />
    </AskDialog>
  );
}

type Scopes = { scopes: readonly (readonly [value: string, label: string])[] };

function WhatFields({ typed, errorOf, onInput, scopes }: Fields & Scopes) {
  return (
    <>
      <TextField
        label="Name"
        required
        value={typed.name}
        onInput={(name) => onInput({ name })}
        error={errorOf("name")}
      />
      <SelectField
        label="Where"
        value={typed.scope}
        onInput={(scope) => onInput({ scope })}
        options={scopes}
        error={errorOf("scope")}
      />
      <EffectFields {...{ typed, onInput }} />
      <TextArea
        label="Reason"
        hint="Whoever is refused reads it."
        required
        rows={2}
        value={typed.reason}
        onInput={(reason) => onInput({ reason })}
        error={errorOf("reason")}
      />
    </>
  );
}

function EffectFields({ typed, onInput }: Pick<Fields, "typed" | "onInput">) {
  return (
    <>
      <SelectField
        label="Effect"
        value={typed.kind}
        onInput={(kind) => onInput({ kind: kind === "allow" ? "allow" : "deny" })}
        options={[
          ["deny", "Nothing starts while it is open"],
          ["allow", "Things start only while it is open"],
        ]}
      />
      <SelectField
        label="People"
        value={typed.manual}
        onInput={(manual) => onInput({ manual: manual === "allow" ? "allow" : "refuse" })}
        options={[
          ["refuse", "May not start runs either"],
          ["allow", "May start runs all the same"],
        ]}
      />
    </>
  );
}

function WhenFields({ typed, errorOf, onInput }: Fields) {
  return (
    <>
      <TextField
        label="Begins"
        hint="Five cron fields: minute hour day month weekday. 0 18 * * 5 is each Friday at 18:00."
        required
        mono
        value={typed.schedule}
        onInput={(schedule) => onInput({ schedule })}
        error={errorOf("schedule")}
      />
      <TextField
        label="Time zone"
        hint="Its IANA name, such as Europe/Berlin."
        required
        value={typed.timeZone}
        onInput={(timeZone) => onInput({ timeZone })}
        error={errorOf("timeZone")}
      />
      <TextField
        label="Lasts, in hours"
        kind="number"
        required
        value={typed.hours}
        onInput={(hours) => onInput({ hours })}
        error={errorOf("hours")}
      />
    </>
  );
}
