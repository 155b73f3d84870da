// Who did what, newest first, over all that the person may see.
import { useMemo } from "preact/hooks";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { changeQuery, here } from "../../navigation/location.ts";
import { LinkButton } from "../../parts/button.tsx";
import { SelectField } from "../../parts/field.tsx";
import { beginPeriod, PeriodFilter, readPeriod, TeamFilter, TypedFilter } from "../../parts/filters.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Blank } from "../../parts/panels.tsx";
import { ListTable } from "../../parts/table.tsx";
import { ACTION_GROUPS, listActions } from "./actions.ts";
import { COLUMNS } from "./columns.tsx";

export function Page() {
  const { query } = here.value;
  const text = (name: string) => query.get(name)?.trim() ?? "";
  const [team, actor, about] = [text("team"), text("actor"), text("about")];
  const period = readPeriod(query.get("when"));
  const from = useMemo(() => beginPeriod(period), [period]);
  const actions = listActions(about);
  const list = useList(`audit?${query}`, (cursor, signal) => {
    const filters = {
      ...(team !== "" && { teamId: team }),
      ...(actor !== "" && { actor }),
      ...(actions && { action: actions }),
      ...(from !== null && { from }),
    };
    return client.findAudit({ query: { ...filters, limit: 50, cursor } }, { signal });
  });
  return (
    <>
      <PageHead
        title="Audit"
        name="Audit"
        below={
          <p>Each entry holds a hash of the one before it, so none can be changed or removed unnoticed.</p>
        }
      />
      <search class="filters">
        <PeriodFilter period={period} />
        <SelectField
          label="About"
          value={about}
          onInput={(value) => changeQuery({ about: value })}
          options={[["", "Everything"], ...ACTION_GROUPS.map(({ id, label }) => [id, label] as const)]}
        />
        <TypedFilter name="actor" label="Who" placeholder="Their id" />
        <TeamFilter team={team} />
      </search>
      <ListTable
        caption="entries of the audit"
        columns={COLUMNS}
        list={list}
        keyOf={({ id }) => id}
        empty={<Nothing isFiltered={query.size > 0} />}
      />
    </>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  return (
    <Blank icon="audit" title={isFiltered ? "No entry fits" : "Nothing has happened yet"}>
      <p>{isFiltered ? "Another time, person or team may." : "Each change and each run is written here."}</p>
      {isFiltered && <LinkButton to="/audit">Show all</LinkButton>}
    </Blank>
  );
}
