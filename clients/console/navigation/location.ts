// Where the person is, as a signal, and how one gets elsewhere without leaving the page.
import { signal } from "@preact/signals";

/** All addresses of the console are below this path. The rest of the code names pages without it. */
const BASE = "/console";

type Place = { path: string; query: URLSearchParams };

export const here = signal<Place>(readPlace());

/** Asked before the page is left; false: it stays. Set by a form with changes that nobody has saved. */
let mayLeave: (() => boolean) | null = null;

function readPlace(): Place {
  const { pathname, search } = globalThis.location;
  const path = pathname.startsWith(BASE) ? pathname.slice(BASE.length) : pathname;
  return { path: `/${path.replace(/^\/+|\/+$/g, "")}`, query: new URLSearchParams(search) };
}

/** Returns the address of a page in the browser. */
export const hrefOf = (to: string) => `${BASE}${to}`;

/** Returns the page and its query as one text, such as `/runbooks?q=restart`. */
export function currentPage(): string {
  const { path, query } = here.value;
  return query.size === 0 ? path : `${path}?${query}`;
}

/** Goes to a page. `replace`: going back does not lead here again. */
export function navigate(to: string, { replace = false } = {}): void {
  const leaves = to.split("?")[0] !== here.value.path;
  if (leaves && mayLeave?.() === false) return;
  if (leaves) mayLeave = null;
  globalThis.history[replace ? "replaceState" : "pushState"](null, "", hrefOf(to));
  here.value = readPlace();
  if (leaves) globalThis.scrollTo(0, 0);
}

/** Changes some members of the query; null removes one. Pages keep their filters there, so that they can be sent. */
export function changeQuery(changes: Readonly<Record<string, string | null>>, { replace = true } = {}): void {
  const query = new URLSearchParams(here.value.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") query.delete(name);
    else query.set(name, value);
  }
  navigate(query.size === 0 ? here.value.path : `${here.value.path}?${query}`, { replace });
}

/** Asks before the page is left or closed. Returns the function that ends this. */
export function guardLeaving(ask: () => boolean): () => void {
  const warn = (event: BeforeUnloadEvent) => event.preventDefault();
  mayLeave = ask;
  globalThis.addEventListener("beforeunload", warn);
  return () => {
    if (mayLeave === ask) mayLeave = null;
    globalThis.removeEventListener("beforeunload", warn);
  };
}

/** Follows links to pages of the console in place, and the buttons for back and forward. */
export function followLinks(): void {
  globalThis.addEventListener("popstate", () => {
    here.value = readPlace();
  });
  globalThis.document.addEventListener("click", (event) => {
    const to = pageOfClick(event);
    if (to === null) return;
    event.preventDefault();
    navigate(to);
  });
}

/** Null: the browser itself must follow it, or it is no link of ours. */
function pageOfClick(event: MouseEvent): string | null {
  const { defaultPrevented, button, metaKey, ctrlKey, shiftKey, altKey, target } = event;
  if (defaultPrevented || button !== 0 || metaKey || ctrlKey || shiftKey || altKey) return null;
  const link = target instanceof Element ? target.closest("a") : null;
  if (link?.target !== "" || link.hasAttribute("download")) return null;
  const { origin, pathname, search, hash } = link;
  const isPage = origin === globalThis.location.origin && pathname.startsWith(`${BASE}/`) && hash === "";
  return isPage ? `${pathname.slice(BASE.length)}${search}` : null;
}
