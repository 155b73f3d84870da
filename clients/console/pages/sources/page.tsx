// The sources: the systems that report incidents.
import type { Arguments, ItemOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { isAllowedSomewhere, requireMe } from "../../data/session.ts";
import { changeQuery, here } from "../../navigation/location.ts";
import { sourcePath } from "../../navigation/page-paths.ts";
import { LinkButton } from "../../parts/button.tsx";
import { SelectField } from "../../parts/field.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Blank } from "../../parts/panels.tsx";
import { RowHead } from "../../parts/row-head.tsx";
import { type Column, ListTable } from "../../parts/table.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { describeKind, KNOWN_KINDS } from "../source/kinds.ts";
import { SourceState } from "../source/source-state.tsx";

type Source = ItemOf<"list-sources">;
type Query = NonNullable<Arguments<"list-sources">[0]>["query"];

const COLUMNS: readonly Column<Source>[] = [
  {
    label: "Source",
    kind: "main",
    cell: ({ id, name, kind }) => (
      <RowHead name={name} to={sourcePath(id)} words={describeKind(kind).system} />
    ),
  },
  { label: "State", cell: (source) => <SourceState of={source} /> },
  {
    label: "Team",
    cell: ({ teamId }) =>
      teamId === null ? <span class="muted">as the message says</span> : <Outside text={teamId} />,
  },
  { label: "Comes", cell: ({ intakePath }) => (intakePath === null ? "over EventBridge" : "over HTTP") },
  {
    label: "Changed",
    cell: ({ updatedBy, updatedByName, updatedAt }) => (
      <span>
        <Time at={updatedAt} /> by <Person by={updatedBy} name={updatedByName} />
      </span>
    ),
  },
];

const SHOWN = [
  ["", "All"],
  ["true", "Enabled"],
  ["false", "Disabled"],
] as const;

export function Page() {
  const { query } = here.value;
  const kind = query.get("kind") ?? "";
  const enabled = query.get("enabled") ?? "";
  const list = useList(`sources?${query}`, (cursor, signal) =>
    client.listSources({ query: { ...filterOf(kind, enabled), limit: 25, cursor } }, { signal }),
  );
  return (
    <>
      <PageHead
        title="Sources"
        name="Sources"
        below={<p>Each one reads the messages of a system, and reports the incidents in them.</p>}
        actions={<New />}
      />
      <search class="filters">
        <SelectField
          label="System"
          value={kind}
          onInput={(value) => changeQuery({ kind: value })}
          options={[["", "All"], ...KNOWN_KINDS.map((each) => [each, describeKind(each).system] as const)]}
        />
        <SelectField
          label="State"
          value={enabled}
          onInput={(value) => changeQuery({ enabled: value })}
          options={SHOWN}
        />
      </search>
      <ListTable
        caption="sources"
        columns={COLUMNS}
        list={list}
        keyOf={({ id }) => id}
        empty={<Nothing isFiltered={query.size > 0} />}
      />
    </>
  );
}

const filterOf = (kind: string, enabled: string) =>
  ({ ...(kind !== "" && { kind }), ...(enabled !== "" && { enabled }) }) as NonNullable<Query>;

function New() {
  if (!isAllowedSomewhere(requireMe(), "manage")) return null;
  return (
    <LinkButton to="/sources/new" kind="primary" icon="plus">
      New source
    </LinkButton>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Blank icon="search" title="No source fits">
      <p>Another system or state may. Only sources that you may see are searched.</p>
      <LinkButton to="/sources">Show all</LinkButton>
    </Blank>
  ) : (
    <Blank icon="sources" title="No system is connected">
      <p>
        A source connects a system that reports incidents, such as PagerDuty or CloudWatch. Its messages are
        verified, and become incidents that automations look at.
      </p>
    </Blank>
  );
}
