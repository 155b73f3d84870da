// The head of a row: what it is about, which leads to its page, and a line of words below.
import type { ComponentChildren } from "preact";
import { Link } from "./button.tsx";
import { Outside } from "./text.tsx";

type RowHeadProps = {
  /** A name from outside, or what is shown in its place. */
  name: string | { shown: ComponentChildren };
  /** Without it the name leads nowhere. */
  to?: string;
  /** From outside; nothing is shown if there are none. */
  words?: string | null | undefined;
};

export function RowHead({ name, to, words }: RowHeadProps) {
  const shown = typeof name === "string" ? <Outside text={name} /> : name.shown;
  return (
    <>
      <p class="row-title">{to === undefined ? shown : <Link to={to}>{shown}</Link>}</p>
      {words && (
        <p class="row-words">
          <Outside text={words} />
        </p>
      )}
    </>
  );
}
