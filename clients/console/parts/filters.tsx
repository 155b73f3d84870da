// Filters of lists that several pages have. They are kept in the address, so that a list can be sent.
import { useEffect, useState } from "preact/hooks";
import { requireMe } from "../data/session.ts";
import { changeQuery, here } from "../navigation/location.ts";
import { SelectField, TextField } from "./field.tsx";

/** The list waits for the end of a word, not for each letter. */
const PAUSE_MS = 250;

type TypedFilterProps = { name: string; label: string; placeholder?: string; kind?: "search" };

/** `name`: of the member of the address that it changes. */
export function TypedFilter({ name, ...field }: TypedFilterProps) {
  const kept = here.value.query.get(name) ?? "";
  const [typed, setTyped] = useState(kept);
  useEffect(() => setTyped((last) => (last.trim() === kept ? last : kept)), [kept]);
  useEffect(() => {
    if (typed.trim() === kept) return;
    const timer = setTimeout(() => changeQuery({ [name]: typed.trim() }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return <TextField {...field} value={typed} onInput={setTyped} />;
}

/** Who sees every team types its name; others choose one of theirs. */
export function TeamFilter({ team, global = "Global" }: { team: string; global?: string }) {
  const { roles } = requireMe();
  const teams = Object.keys(roles.teams);
  if (roles.platformAdmin || roles.platformAuditor)
    return <TypedFilter name="team" label="Team" placeholder={global === "" ? "Any" : "Any, or global"} />;
  return (
    <SelectField
      label="Team"
      value={team}
      onInput={(value) => changeQuery({ team: value })}
      options={[
        ["", "All of mine"],
        ...(global === "" ? [] : ([["global", global]] as const)),
        ...teams.map((each) => [each, each] as const),
      ]}
    />
  );
}

const PERIODS = [
  ["", "Any time", 0],
  ["1h", "Last hour", 3_600_000],
  ["24h", "Last 24 hours", 86_400_000],
  ["7d", "Last 7 days", 7 * 86_400_000],
  ["30d", "Last 30 days", 30 * 86_400_000],
] as const;
export type Period = (typeof PERIODS)[number][0];

export const readPeriod = (text: string | null): Period => PERIODS.find(([each]) => each === text)?.[0] ?? "";

/** Returns the beginning of the period, or null. It stays while the list is shown: pages of a list share it. */
export function beginPeriod(period: Period): string | null {
  const ms = PERIODS.find(([each]) => each === period)?.[2] ?? 0;
  return ms === 0 ? null : new Date(Date.now() - ms).toISOString();
}

export function PeriodFilter({ period }: { period: Period }) {
  return (
    <SelectField
      label="When"
      value={period}
      onInput={(value) => changeQuery({ when: value })}
      options={PERIODS.map(([value, label]) => [value, label] as const)}
    />
  );
}
