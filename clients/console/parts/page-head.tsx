// The head of a page: its title, which takes the focus when the page opens, what it is, and what can be done.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { spellInvisible } from "./invisible.ts";

type PageHeadProps = {
  title: ComponentChildren;
  /** The title of the window. */
  name: string;
  above?: ComponentChildren;
  below?: ComponentChildren;
  actions?: ComponentChildren;
};

let isFirstPage = true;

export function PageHead({ title, name, above, below, actions }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The first page leaves the focus at its beginning, where the skip link is.
    if (!isFirstPage) heading.current?.focus({ preventScroll: true });
    isFirstPage = false;
  }, []);
  useEffect(() => {
    globalThis.document.title = `${spellInvisible(name)} · Runbooks`;
  }, [name]);
  return (
    <header class="page-head">
      <div class="page-head-words">
        {above && <div class="crumbs">{above}</div>}
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {below}
      </div>
      {actions && <div class="row">{actions}</div>}
    </header>
  );
}
