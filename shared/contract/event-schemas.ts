// All incoming and outgoing events, each with schema and example. The event documents are generated from them.
import * as z from "zod";
import { ANNOUNCEMENTS, RECOVERED, SECRET_ROTATED } from "../domain/announcement.ts";
import { INCIDENT_EVENT_TYPES } from "../domain/incidents/incident.ts";
import { IncidentEvent } from "../domain/incidents/incident-event.ts";
import { ExecutionRequested } from "../domain/incidents/workflow-request.ts";
import { EXECUTION_REQUESTED, OWN_SOURCE, RULES } from "./events.ts";

/** What a producer sends to PutEvents. The bus adds id, time, account and region. */
type IncomingEventSpec = {
  detailTypes: readonly string[];
  source: string;
  summary: string;
  detail: z.ZodType;
  example: Record<string, unknown>;
};
type OutgoingEventSpec = { detailType: string; source: string; summary: string; detail: z.ZodType };

export const INCOMING_EVENTS = {
  incident: {
    detailTypes: INCIDENT_EVENT_TYPES,
    source: RULES.incidents.sources[0],
    summary: "A report of an incident, always with its complete state",
    detail: IncidentEvent.shape.detail,
    example: {
      incident: {
        id: "INC-1042",
        title: "Disk of api-7 is full",
        status: "open",
        priority: "P1",
        teamId: "payments",
        createdAt: "2026-03-01T09:30:00Z",
        assignee: { name: "Ana" },
        metadata: { service: "api", host: "api-7" },
      },
    },
  },
  "execution-requested": {
    detailTypes: [EXECUTION_REQUESTED],
    source: RULES["execution-requests"].sources[0],
    summary: "A workflow requests an execution",
    detail: ExecutionRequested.shape.detail,
    example: {
      runbookId: "runbook_01h455vb4pex5vsknk084sn02q",
      parameters: { service: "api" },
      incidentId: "INC-1042",
      requestId: "restart-api-2026-03-01",
    },
  },
} as const satisfies Record<string, IncomingEventSpec>;

export const OUTGOING_EVENTS: readonly OutgoingEventSpec[] = [
  ...Object.values(ANNOUNCEMENTS),
  RECOVERED,
  SECRET_ROTATED,
].map((kind) => ({ ...kind, source: OWN_SOURCE }));

/**
 * Returns a `detail` as JSON Schema: `input` for producers, `output` for consumers. Additional fields are allowed in
 * both.
 */
export function toJsonSchema(detail: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  return z.toJSONSchema(detail, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    },
  });
}
