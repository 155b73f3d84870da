// A dialog with one decision: to leave it, or to do it. A failure stays in it, with what was typed.
import type { ComponentChildren } from "preact";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { FailureNote } from "./failure.tsx";
import { useFaultFocus } from "./fault-focus.ts";
import type { IconName } from "./icon.tsx";

type AskDialogProps = {
  title: string;
  /** The words of its two buttons. */
  stay: string;
  go: string;
  kind?: "primary" | "danger";
  icon?: IconName;
  isRunning: boolean;
  /** Undefined: nothing has failed. */
  error?: unknown;
  /** Loads what somebody else has changed meanwhile. */
  onReload?: () => void;
  onClose: () => void;
  onSubmit: () => unknown;
  children: ComponentChildren;
};

export function AskDialog({
  stay,
  go,
  kind = "primary",
  icon,
  isRunning,
  children,
  ...more
}: AskDialogProps) {
  const { title, error, onReload, onClose } = more;
  const faults = useFaultFocus<HTMLDivElement>();
  const onSubmit = () => {
    faults.want(true);
    return more.onSubmit();
  };
  return (
    <Dialog
      {...{ title, onClose, onSubmit }}
      buttons={
        <>
          <Button onClick={onClose}>{stay}</Button>
          <Button type="submit" kind={kind} icon={icon} busy={isRunning}>
            {go}
          </Button>
        </>
      }
    >
      <div ref={faults.element} class="stack">
        {children}
      </div>
      {error !== undefined && <FailureNote error={error} {...(onReload && { onRetry: onReload })} />}
    </Dialog>
  );
}
