// More that is drawn only when somebody opens it.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

type DisclosureProps = { summary: ComponentChildren; children: () => ComponentChildren };

export function Disclosure({ summary, children }: DisclosureProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="disclosure" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{summary}</summary>
      {isOpen && children()}
    </details>
  );
}
