// A freeze window as it is typed, and what the service takes of it.
import type { Arguments } from "../../../api-client/types.ts";
import { isAllowed, type Me } from "../../data/session.ts";

type Window = Arguments<"create-freeze-window">[0]["body"];

/** `scope`: empty: the whole service. */
export type TypedWindow = {
  name: string;
  scope: string;
  kind: Window["kind"];
  schedule: string;
  hours: string;
  timeZone: string;
  manual: NonNullable<Window["manual"]>;
  reason: string;
};

/** What is no number becomes 0, which the service refuses with its own words. */
export function readWindow({ hours, scope, ...typed }: TypedWindow): Window {
  const minutes = Math.round(Number(hours.replace(",", ".")) * 60);
  return {
    ...typed,
    scope: scope === "" ? null : scope,
    durationMinutes: Number.isFinite(minutes) ? minutes : 0,
  };
}

/** Returns the scopes in which the person may make windows. */
export function listScopes(me: Me): (readonly [value: string, label: string])[] {
  const teams = Object.keys(me.roles.teams).filter((team) => isAllowed(me, "manage", team));
  const global = isAllowed(me, "manage", null) ? [["", "The whole service"] as const] : [];
  return [...global, ...teams.map((team) => [team, `The team ${team}`] as const)];
}
