// Asks before a step is taken: what it means, and the words that go with it.
import { useState } from "preact/hooks";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { navigate } from "../../navigation/location.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import { TextArea } from "../../parts/field.tsx";
import type { Runbook } from "./runbook.ts";
import type { Step } from "./steps.ts";

type StepDialogProps = { step: Step; runbook: Runbook; onClose: () => void; onDone: () => void };

export function StepDialog({ step, runbook, onClose, onDone }: StepDialogProps) {
  const [words, setWords] = useState("");
  const [isAsked, setAsked] = useState(false);
  const action = useAction(() => step.take(runbook, words.trim()));
  const isMissing = step.needsWords && words.trim() === "";
  const missing = isAsked && isMissing ? "This step needs a reason." : undefined;
  const submit = async () => {
    setAsked(true);
    if (isMissing || !(await action.run())) return;
    announce(`${runbook.name}: ${step.done}`);
    onClose();
    if (step.label === "Delete") navigate("/");
    else onDone();
  };
  return (
    <Dialog
      title={`${step.label}: ${runbook.name}`}
      onClose={onClose}
      onSubmit={submit}
      buttons={<Buttons step={step} isRunning={action.isRunning} onClose={onClose} />}
    >
      <p>{step.meaning}</p>
      {step.words !== null && (
        <TextArea
          label={step.words}
          required={step.needsWords}
          value={words}
          onInput={setWords}
          error={missing}
        />
      )}
      {action.error !== undefined && <FailureNote error={action.error} />}
    </Dialog>
  );
}

type ButtonsProps = Pick<StepDialogProps, "step" | "onClose"> & { isRunning: boolean };

function Buttons({ step: { label, kind }, isRunning, onClose }: ButtonsProps) {
  return (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button type="submit" kind={kind === "danger" ? "danger" : "primary"} busy={isRunning}>
        {label}
      </Button>
    </>
  );
}
