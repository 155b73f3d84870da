// What the list of runs is narrowed to.
import { requireMe } from "../../data/session.ts";
import { changeQuery } from "../../navigation/location.ts";
import { CheckField, SelectField } from "../../parts/field.tsx";
import {
  beginPeriod,
  type Period,
  PeriodFilter,
  readPeriod,
  TeamFilter,
  TypedFilter,
} from "../../parts/filters.tsx";

const STATUSES = [
  ["", "All"],
  ["active", "Under way"],
  ["SUCCESS", "Succeeded"],
  ["FAILED", "Failed"],
  ["CANCELLED", "Cancelled"],
] as const;
const STARTERS = [
  ["", "Anybody"],
  ["manual", "People"],
  ["workflow", "Automations"],
] as const;

type Filters = {
  status: (typeof STATUSES)[number][0];
  how: (typeof STARTERS)[number][0];
  team: string;
  incident: string;
  mine: boolean;
  period: Period;
};

export function readFilters(query: URLSearchParams): Filters {
  const text = (name: string) => query.get(name)?.trim() ?? "";
  return {
    status: STATUSES.find(([each]) => each === text("status"))?.[0] ?? "",
    how: STARTERS.find(([each]) => each === text("how"))?.[0] ?? "",
    team: text("team"),
    incident: text("incident"),
    mine: text("mine") === "yes",
    period: readPeriod(query.get("when")),
  };
}

/** The words of the page in those of the API. */
export function toQuery({ status, how, team, incident, mine, period }: Filters) {
  const from = beginPeriod(period);
  return {
    ...(status === "active" && { status: ["PENDING" as const, "RUNNING" as const] }),
    ...(status !== "" && status !== "active" && { status: [status] }),
    ...(how !== "" && { triggeredBy: how }),
    ...(team !== "" && { teamId: team }),
    ...(incident !== "" && { incidentId: incident }),
    ...(mine && { executedBy: requireMe().subject }),
    ...(from !== null && { from }),
  };
}

export function FilterFields({ filters: { status, how, team, mine, period } }: { filters: Filters }) {
  return (
    <search class="filters">
      <SelectField
        label="Outcome"
        value={status}
        onInput={(value) => changeQuery({ status: value })}
        options={STATUSES}
      />
      <PeriodFilter period={period} />
      <TeamFilter team={team} global="For no team" />
      <TypedFilter name="incident" label="Incident" placeholder="Its id" />
      <SelectField
        label="Started by"
        value={how}
        onInput={(value) => changeQuery({ how: value })}
        options={STARTERS}
      />
      <CheckField
        label="Only mine"
        checked={mine}
        onInput={(checked) => changeQuery({ mine: checked ? "yes" : null })}
      />
    </search>
  );
}
