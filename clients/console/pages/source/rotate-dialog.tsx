// Gives a source a new secret. The one before stays valid for a while, so that nothing is lost in between.
import { useState } from "preact/hooks";
import { ProblemError } from "../../../api-client/errors.ts";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { SelectField, TextField } from "../../parts/field.tsx";
import { wordsAt } from "../edit/problems.ts";
import { SCHEME_HINTS } from "./kinds.ts";
import type { Source } from "./source.ts";

type RotateDialogProps = {
  source: Source;
  onDone: (source: Source) => void;
  onReload: () => void;
  onClose: () => void;
};

const KEEP = [
  ["24", "For 24 hours"],
  ["168", "For 7 days"],
  ["1", "For 1 hour"],
  ["0", "Not at all: it has leaked"],
] as const;

export function RotateDialog({ source, onDone, onReload, onClose }: RotateDialogProps) {
  const { id, name, version, verification } = source;
  const [secret, setSecret] = useState("");
  const [keep, setKeep] = useState("24");
  const [isAsked, setAsked] = useState(false);
  const scheme = verification?.scheme ?? "bearer";
  const rotate = useAction(async () => {
    const body = { verification: { scheme, secret, keepPreviousHours: Number(keep) } };
    const headers = { "if-match": `"${version}"` };
    onDone(await client.updateSource({ sourceId: id, headers, body }));
    announce(`${name}: the new secret is valid`);
    onClose();
  });
  const problems = rotate.error instanceof ProblemError ? rotate.error.errors : [];
  const missing = isAsked && secret === "" ? "Type the new secret." : undefined;
  const submit = () => {
    setAsked(true);
    if (secret !== "") void rotate.run();
  };
  return (
    <AskDialog
      title={`New secret: ${name}`}
      {...{ stay: "Leave it", go: "Make it valid" }}
      {...{ isRunning: rotate.isRunning, error: rotate.error, onReload, onClose, onSubmit: submit }}
    >
      <p>The new secret is valid at once. Change it here first, then in the system.</p>
      <TextField
        label="New secret"
        kind="secret"
        hint={SCHEME_HINTS[scheme]}
        required
        value={secret}
        onInput={setSecret}
        error={missing ?? wordsAt(problems, "/verification/secret")}
      />
      <SelectField label="The secret before stays valid" value={keep} onInput={setKeep} options={KEEP} />
    </AskDialog>
  );
}
