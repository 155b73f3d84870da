// Who did what, newest first, over all that the person may see.
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

export function Page() {
  const { query } = here.value;
  const filters = readFilters(query);
  const asked = useMemo(() => toQuery(filters), [query.toString()]);
  const list = useList(`audit?${query}`, (cursor, signal) =>
    client.findAudit({ query: { ...asked, limit: 50, cursor } }, { signal }),
  );
  return (
    <>
      <PageHead
        title="Audit"
        name="Audit"
        below={
          <p>Each entry holds a hash of the one before it, so none can be changed or removed unnoticed.</p>
        }
      />
      <FilterFields filters={filters} />
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
