// Shows the page of the address. Its code is loaded when it is needed for the first time.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { here } from "../navigation/location.ts";
import { Boundary } from "../parts/boundary.tsx";
import { Button, Link } from "../parts/button.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { Blank, Loading } from "../parts/panels.tsx";
import { findPage, type PageProps } from "./pages.ts";

type Loaded = { path: string; Page?: ComponentType<PageProps>; error?: unknown };

export function Outlet() {
  const { path } = here.value;
  const found = findPage(path);
  const [loaded, setLoaded] = useState<Loaded>({ path: "" });
  const pattern = found?.page.path ?? "";
  useEffect(() => {
    const row = findPage(here.peek().path)?.page;
    if (!row || row.path !== pattern) return;
    row.load().then(
      ({ Page }) => setLoaded({ path: pattern, Page }),
      (error: unknown) => setLoaded({ path: pattern, error }),
    );
  }, [pattern]);
  if (!found) return <NoPage />;
  if (loaded.path !== pattern) return <Loading what="the page" />;
  const { Page, error } = loaded;
  if (!Page) return <NoCode error={error} />;
  // Another runbook is another page: nothing of the one before is left in its fields.
  return (
    <Boundary key={path}>
      <Page params={found.params} />
    </Boundary>
  );
}

/** The code of a page is gone after an update of the console, or cannot be reached. */
function NoCode({ error }: { error: unknown }) {
  const isOffline = !globalThis.navigator.onLine;
  const title = isOffline ? "You are offline" : "This page cannot be loaded";
  return (
    <>
      <PageHead title={title} name={title} />
      <Blank
        icon={isOffline ? "unplugged" : "warning"}
        title={isOffline ? "No network" : "Its code is not there"}
      >
        <p>
          {isOffline
            ? "Load it again when you are connected."
            : "The console may have been updated meanwhile."}
        </p>
        <p class="small muted">{error instanceof Error ? error.message : String(error)}</p>
        <Button onClick={() => globalThis.location.reload()}>Load again</Button>
      </Blank>
    </>
  );
}

function NoPage() {
  return (
    <>
      <PageHead title="There is no such page" name="No such page" />
      <Blank icon="search" title="Nothing is here">
        <p>
          The link may be old. Begin with the <Link to="/">runbooks</Link>.
        </p>
      </Blank>
    </>
  );
}
