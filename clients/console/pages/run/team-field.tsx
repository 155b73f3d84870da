// The team that a run is for: asked where the service cannot know it.
import { isAllowed, type Me } from "../../data/session.ts";
import { SelectField } from "../../parts/field.tsx";

/** Returns the teams to choose from. None: the runbook or the incident has a team. */
export function listTeamsToRunFor(me: Me, teamId: string | null, incidentId: string): string[] {
  if (teamId !== null || incidentId.trim() !== "") return [];
  return Object.keys(me.roles.teams).filter((team) => isAllowed(me, "execute", team));
}

type TeamFieldProps = { value: string; teams: readonly string[]; onInput: (teamId: string) => void };

export function TeamField({ value, teams, onInput }: TeamFieldProps) {
  return (
    <SelectField
      label="Team"
      hint="The run is shown to this team, and its pauses and freezes hold for it."
      required
      value={value}
      onInput={onInput}
      options={[["", "Choose …"], ...teams.map((team) => [team, team] as const)]}
    />
  );
}
