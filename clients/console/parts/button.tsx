// Buttons, and links that look like them.
import type { ComponentChildren } from "preact";
import { hrefOf } from "../navigation/location.ts";
import { Icon, type IconName } from "./icon.tsx";

type Kind = "primary" | "danger" | "plain" | "";
type Look = {
  kind?: Kind | undefined;
  small?: boolean | undefined;
  icon?: IconName | undefined;
  /** What it does, where the words that are seen do not say it. */
  label?: string | undefined;
  children?: ComponentChildren;
};

const classOf = ({ kind = "", small = false }: Look) => `button ${kind}${small ? " small" : ""}`;

type ButtonProps = Look & {
  onClick?: (() => unknown) | undefined;
  type?: "button" | "submit";
  /** It is under way: it stays where it is, keeps the focus, and does nothing. */
  busy?: boolean | undefined;
};

export function Button({ onClick, type = "button", busy = false, ...look }: ButtonProps) {
  const act = (event: Event) => {
    if (busy) event.preventDefault();
    else void onClick?.();
  };
  return (
    <button type={type} class={classOf(look)} aria-label={look.label} aria-disabled={busy} onClick={act}>
      {look.icon && <Icon name={look.icon} />}
      {look.children}
    </button>
  );
}

/** `to`: a page of the console. */
export function LinkButton({ to, ...look }: Look & { to: string }) {
  return (
    <a class={classOf(look)} href={hrefOf(to)} aria-label={look.label}>
      {look.icon && <Icon name={look.icon} />}
      {look.children}
    </a>
  );
}

/** A link to a page of the console. */
export function Link({ to, children }: { to: string; children: ComponentChildren }) {
  return <a href={hrefOf(to)}>{children}</a>;
}
