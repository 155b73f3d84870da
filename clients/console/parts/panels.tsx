// Boxes with a heading, notes, and what stands where there is nothing to show.
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";
import type { Tone } from "./status.tsx";

type PanelProps = {
  title: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
  /** What is in it reaches its edges, as a table does. */
  isFlush?: boolean;
};

export function Panel({ title, actions, children, isFlush = false }: PanelProps) {
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>{title}</h2>
        {actions && <div class="row">{actions}</div>}
      </div>
      <div class={isFlush ? "panel-flush" : "panel-body"}>{children}</div>
    </section>
  );
}

const NOTE_ICONS: Record<Tone, IconName> = {
  good: "check",
  bad: "cross",
  warn: "warning",
  info: "info",
  quiet: "info",
};

type NoteProps = { tone: Tone; title?: string; alert?: boolean; children?: ComponentChildren };

/** `alert`: it is read out as soon as it is there. */
export function Note({ tone, title, alert = false, children }: NoteProps) {
  return (
    <div class={`note ${tone}`} role={alert ? "alert" : undefined}>
      <Icon name={NOTE_ICONS[tone]} />
      <div class="note-words">
        {title && <p class="note-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}

type BlankProps = { icon: IconName; title: string; children?: ComponentChildren };

/** There is nothing: why, and what to do. */
export function Blank({ icon, title, children }: BlankProps) {
  return (
    <div class="blank">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <div class="loading" role="status">
      <span />
      <span />
      <span />
      <p class="visually-hidden">Loading {what}</p>
    </div>
  );
}
