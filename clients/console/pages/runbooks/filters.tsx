// What the list of runbooks is narrowed to: kept in the address, so that a list can be sent.
import { changeQuery } from "../../navigation/location.ts";
import { SelectField } from "../../parts/field.tsx";
import { TeamFilter, TypedFilter } from "../../parts/filters.tsx";

const SHOWN = [
  ["", "All"],
  ["live", "Can run now"],
  ["draft", "Drafts"],
  ["deprecated", "Deprecated"],
] as const;
type Shown = (typeof SHOWN)[number][0];
type Filters = { q: string; team: string; show: Shown };

export function readFilters(query: URLSearchParams): Filters {
  const text = (name: string) => query.get(name)?.trim() ?? "";
  return {
    q: text("q").slice(0, 100),
    team: text("team"),
    show: SHOWN.find(([each]) => each === text("show"))?.[0] ?? "",
  };
}

export function Filters({ filters: { team, show } }: { filters: Filters }) {
  return (
    <search class="filters">
      <div class="grow">
        <TypedFilter name="q" label="Name" kind="search" placeholder="Part of a name" />
      </div>
      <TeamFilter team={team} />
      <SelectField
        label="Show"
        value={show}
        onInput={(value) => changeQuery({ show: value })}
        options={SHOWN}
      />
    </search>
  );
}
