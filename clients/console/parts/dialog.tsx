// Dialogs: the browser's own element keeps the focus inside, closes at Escape, and gives the focus back.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

type DialogProps = {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Its buttons, the safe one first. */
  buttons: ComponentChildren;
  onSubmit?: () => unknown;
};

/** It is open as long as it is drawn. */
export function Dialog({ title, onClose, children, buttons, onSubmit }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // At once, before another key is pressed: the focus goes back to where it was.
  useLayoutEffect(() => {
    const { current } = element;
    const before = globalThis.document.activeElement;
    current?.showModal();
    return () => {
      current?.close();
      // A dialog that is taken away, and not closed by the browser, does not give the focus back.
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    void onSubmit?.();
  };
  // The browser tells of the end a moment later: of a dialog that is gone by then, nobody wants to hear.
  const end = () => {
    if (element.current) onClose();
  };
  return (
    <dialog ref={element} class="dialog" aria-labelledby={heading} onClose={end}>
      <form onSubmit={submit} noValidate>
        <div class="dialog-head">
          <h2 id={heading}>{title}</h2>
        </div>
        <div class="dialog-body">{children}</div>
        <div class="dialog-foot">{buttons}</div>
      </form>
    </dialog>
  );
}
