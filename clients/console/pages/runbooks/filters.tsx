// What the list of runbooks is narrowed to: kept in the address, so that a list can be sent.
import { useEffect, useState } from "preact/hooks";
import { requireMe } from "../../data/session.ts";
import { changeQuery } from "../../navigation/location.ts";
import { SelectField, TextField } from "../../parts/field.tsx";

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

/** The list waits for the end of a word, not for each letter. */
const PAUSE_MS = 250;

export function Filters({ filters: { q, team, show } }: { filters: Filters }) {
  const [typed, setTyped] = useState(q);
  useEffect(() => {
    const timer = setTimeout(() => changeQuery({ q: typed.trim() }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { roles } = requireMe();
  const teams = Object.keys(roles.teams);
  const seesAll = roles.platformAdmin || roles.platformAuditor;
  return (
    <search class="filters">
      <div class="grow">
        <TextField label="Name" kind="search" value={typed} onInput={setTyped} placeholder="Part of a name" />
      </div>
      {seesAll ? (
        <TextField
          label="Team"
          value={team}
          onInput={(text) => changeQuery({ team: text })}
          placeholder="Any, or global"
        />
      ) : (
        <SelectField
          label="Team"
          value={team}
          onInput={(value) => changeQuery({ team: value })}
          options={[["", "All of mine"], ["global", "Global"], ...teams.map((each) => [each, each] as const)]}
        />
      )}
      <SelectField
        label="Show"
        value={show}
        onInput={(value) => changeQuery({ show: value })}
        options={SHOWN}
      />
    </search>
  );
}
