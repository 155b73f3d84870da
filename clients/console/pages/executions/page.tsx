// The runs of all runbooks, newest first.
import { useMemo } from "preact/hooks";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { here } from "../../navigation/location.ts";
import { LinkButton } from "../../parts/button.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Blank } from "../../parts/panels.tsx";
import { ListTable } from "../../parts/table.tsx";
import { COLUMNS } from "./columns.tsx";
import { FilterFields, readFilters, toQuery } from "./filters.tsx";

const REFRESH_MS = 10_000;

export function Page() {
  const { query } = here.value;
  const filters = readFilters(query);
  const asked = useMemo(() => toQuery(filters), [query.toString()]);
  const list = useList(
    `executions?${query}`,
    (cursor, signal) => client.findExecutions({ query: { ...asked, limit: 50, cursor } }, { signal }),
    { everyMs: REFRESH_MS },
  );
  return (
    <>
      <PageHead
        title="Executions"
        name="Executions"
        below={<p>What has run, what runs now, and what each run did.</p>}
      />
      <FilterFields filters={filters} />
      <ListTable
        caption="runs"
        columns={COLUMNS}
        list={list}
        keyOf={({ id }) => id}
        empty={<Nothing isFiltered={query.size > 0} />}
      />
    </>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Blank icon="search" title="No run fits">
      <p>Another outcome, time or team may. Only runs that you may see are searched.</p>
      <LinkButton to="/executions">Show all</LinkButton>
    </Blank>
  ) : (
    <Blank icon="executions" title="Nothing has run yet">
      <p>Each run is kept here: who started it, what was sent, each attempt, and what came back.</p>
      <LinkButton to="/?show=live">See what can run now</LinkButton>
    </Blank>
  );
}
