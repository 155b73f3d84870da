// What the audit is narrowed to.
import { changeQuery } from "../../navigation/location.ts";
import { SelectField } from "../../parts/field.tsx";
import {
  beginPeriod,
  type Period,
  PeriodFilter,
  readPeriod,
  TeamFilter,
  TypedFilter,
} from "../../parts/filters.tsx";
import { ACTION_GROUPS, listActions } from "./actions.ts";

type Filters = { team: string; actor: string; about: string; period: Period };

export function readFilters(query: URLSearchParams): Filters {
  const text = (name: string) => query.get(name)?.trim() ?? "";
  const period = readPeriod(query.get("when"));
  return { team: text("team"), actor: text("actor"), about: text("about"), period };
}

/** The words of the page in those of the API. */
export function toQuery({ team, actor, about, period }: Filters) {
  const from = beginPeriod(period);
  const action = listActions(about);
  return {
    ...(team !== "" && { teamId: team }),
    ...(actor !== "" && { actor }),
    ...(action && { action }),
    ...(from !== null && { from }),
  };
}

export function FilterFields({ filters: { team, about, period } }: { filters: Filters }) {
  return (
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
  );
}
