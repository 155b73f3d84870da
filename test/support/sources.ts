// Sources of tests: one of a scope, with a secret that signs whatever body comes.
import type { Scope } from "../../shared/domain/scopes.ts";
import { type Asked, ask } from "./api.ts";
import { fresh, idOf } from "./library.ts";

export const SOURCE_SECRET = "a-secret-of-thirty-characters.";
export const SIGNED_BY_BEARER = { authorization: `Bearer ${SOURCE_SECRET}` };

/** Incidents of a source without a team of its own are of the team `payments`. */
export const sourceOf = (scope: Scope, more: object = {}) => ({
  name: fresh("Alertmanager"),
  kind: "alertmanager",
  ...(scope === null ? { team: { from: "/labels/team", map: { payments: "payments" } } } : { teamId: scope }),
  verification: { scheme: "bearer", secret: SOURCE_SECRET },
  ...more,
});

export async function sourceIn(scope: Scope, more: object = {}): Promise<string> {
  return idOf(await ask("create-source", { body: sourceOf(scope, more) }));
}

/** A group of one alert that fires. */
export const firing = (fingerprint = fresh("alert"), more: object = {}) => ({
  version: "4",
  status: "firing",
  receiver: "runbooks",
  alerts: [
    {
      status: "firing",
      labels: { alertname: "DiskFull", severity: "critical", team: "payments" },
      annotations: { summary: "The disk is full" },
      startsAt: "2026-03-01T09:30:00Z",
      endsAt: "0001-01-01T00:00:00Z",
      fingerprint,
      ...more,
    },
  ],
});

/** Sends a message to the intake, as the system of the source does. */
export const sendTo = (sourceId: string, body: object, asked: Asked = {}) =>
  ask("take-message", { params: { sourceId }, body, as: null, ...SIGNED_BY_BEARER, ...asked });
