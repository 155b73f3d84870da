// The runbooks: what can run now, found by name, team and status, with how each one ended lately.
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { isAllowedSomewhere, requireMe } from "../../data/session.ts";
import { here } from "../../navigation/location.ts";
import { LinkButton } from "../../parts/button.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Blank } from "../../parts/panels.tsx";
import { ListTable } from "../../parts/table.tsx";
import { COLUMNS } from "./columns.tsx";
import { Filters, readFilters } from "./filters.tsx";

export function Page() {
  const { query } = here.value;
  const filters = readFilters(query);
  const list = useList(`runbooks?${new URLSearchParams(filters)}`, (cursor, signal) =>
    client.listRunbooks({ query: { ...toQuery(filters), limit: 25, cursor } }, { signal }),
  );
  const mayCreate = isAllowedSomewhere(requireMe(), "manage");
  return (
    <>
      <PageHead
        title="Runbooks"
        name="Runbooks"
        below={<p>Automations that were reviewed before they may run.</p>}
        actions={
          mayCreate && (
            <LinkButton to="/runbooks/new" kind="primary" icon="plus">
              New runbook
            </LinkButton>
          )
        }
      />
      <Filters filters={filters} />
      <ListTable
        caption="runbooks"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        empty={<Nothing isFiltered={query.size > 0} mayCreate={mayCreate} />}
      />
    </>
  );
}

/** The words of the page in those of the API. */
function toQuery({ q, team, show }: ReturnType<typeof readFilters>) {
  const status = { draft: "DRAFT", deprecated: "DEPRECATED" } as const;
  return {
    ...(q && { q }),
    ...(team && { teamId: team }),
    ...(show === "live" && { live: "true" as const }),
    ...((show === "draft" || show === "deprecated") && { approvalStatus: status[show] }),
  };
}

function Nothing({ isFiltered, mayCreate }: { isFiltered: boolean; mayCreate: boolean }) {
  if (isFiltered)
    return (
      <Blank icon="search" title="No runbook fits">
        <p>Another name, team or status may. Only runbooks that you may see are searched.</p>
        <LinkButton to="/">Show all</LinkButton>
      </Blank>
    );
  return (
    <Blank icon="runbooks" title="No runbooks yet">
      <p>
        A runbook is one HTTP request with parameters, written once, reviewed, and then run by anybody on
        call.
      </p>
      {mayCreate && (
        <LinkButton to="/runbooks/new" kind="primary">
          Write the first one
        </LinkButton>
      )}
    </Blank>
  );
}
