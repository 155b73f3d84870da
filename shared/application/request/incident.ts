// Resolves the incident of an execution. It must exist, and the caller must be allowed to run this runbook for it.
import type { Caller } from "../../domain/caller.ts";
import { notFound } from "../../domain/errors.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { JsonObject } from "../../domain/json.ts";
import { authorizeIncident } from "../../domain/permissions.ts";
import type { Scope } from "../../domain/scopes.ts";
import { getIncident } from "../../store/incidents.ts";
import { pickAllowedFields } from "./template-context.ts";

/** Returns a snapshot of the incident fields that templates may name; null if the request names no incident. */
export async function resolveIncident(
  caller: Caller,
  runbookScope: Scope,
  id: string | undefined,
): Promise<JsonObject | null> {
  if (id === undefined) return null;
  const incident = await getIncident(id);
  if (!incident) throw notFound("incident");
  authorizeIncident(caller, runbookScope, incident.teamId);
  return pickIncidentFields(incident);
}

/** Returns the team of an incident snapshot; null without an incident. */
export function teamOf(incident: JsonObject | null): string | null {
  const team = incident?.["teamId"];
  return typeof team === "string" ? team : null;
}

export function pickIncidentFields(incident: Incident): JsonObject {
  return pickAllowedFields("incident", { ...incident });
}
