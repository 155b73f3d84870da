// Parts of a page, each with an address of its own.
import type { ComponentChildren } from "preact";
import { here, hrefOf } from "../navigation/location.ts";

type Tab = { id: string; label: ComponentChildren };

/** The first tab is open where the address names none. */
export function Tabs({ label, tabs, open }: { label: string; tabs: readonly Tab[]; open: string }) {
  const { path } = here.value;
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ id, label: words }, index) => (
        <a
          key={id}
          href={hrefOf(index === 0 ? path : `${path}?tab=${id}`)}
          aria-current={id === open ? "page" : undefined}
        >
          {words}
        </a>
      ))}
    </nav>
  );
}

/** Returns the tab that the address names, or the first one. */
export function openTab(tabs: readonly Tab[]): string {
  const wanted = here.value.query.get("tab");
  return (tabs.find(({ id }) => id === wanted) ?? tabs[0])?.id ?? "";
}
