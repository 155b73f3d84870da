// What may not start now, and why: pauses, freeze windows, and the glasses that were broken.
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Note } from "../../parts/panels.tsx";
import type { Frozen } from "./controls.ts";
import { FreezeWindows } from "./freeze-windows.tsx";
import { OpenGlasses } from "./open-glasses.tsx";
import { Pauses } from "./pauses.tsx";

const REFRESH_MS = 15_000;

export function Page() {
  const controls = useQuery("controls", (signal) => client.getControls({}, { signal }), {
    everyMs: REFRESH_MS,
  });
  const freezes = useQuery("freeze windows", (signal) => client.listFreezeWindows({}, { signal }), {
    everyMs: REFRESH_MS,
  });
  return (
    <>
      <PageHead
        title="Controls"
        name="Controls"
        below={<p>What may not start now, and why. Runs that have begun go on.</p>}
      />
      <div class="stack">
        <Loaded what="the pauses" query={controls}>
          {({ global, teams }) => (
            <>
              <Summary pauses={[global, ...teams]} frozen={freezes.data?.frozen ?? []} />
              <Pauses global={global} teams={teams} onChange={controls.reload} />
            </>
          )}
        </Loaded>
        <Loaded what="the freeze windows" query={freezes}>
          {({ windows }) => <FreezeWindows windows={windows} onChange={freezes.reload} />}
        </Loaded>
        <OpenGlasses />
      </div>
    </>
  );
}

type SummaryProps = {
  pauses: readonly { scope: string | null; paused: boolean }[];
  frozen: readonly Frozen[];
};

function Summary({ pauses, frozen }: SummaryProps) {
  const paused = pauses.filter((each) => each.paused).map(({ scope }) => sayScope(scope));
  const words = [
    ...(paused.length > 0 ? [`Paused: ${paused.join(", ")}.`] : []),
    ...frozen.map(
      ({ scope, name, manual }) =>
        `Frozen by ${name}: ${sayScope(scope)}${manual === "allow" ? ", for automations; people may start runs" : ""}.`,
    ),
  ];
  if (words.length === 0) return <Note tone="good" title="Nothing is paused or frozen" />;
  return (
    <Note tone="warn" title="Some runs may not start now">
      <ul>
        {words.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </Note>
  );
}

const sayScope = (scope: string | null) => (scope === null ? "the whole service" : `the team ${scope}`);
