// The fields available to templates: an allow-list, so that no field reaches a webhook by accident.

/** `any` is free-form data of the incident system. An `optional text` can be null. */
export type ContextField = "text" | "optional text" | "integer" | "any";

export const CONTEXT_FIELDS = {
  incident: {
    id: "text",
    title: "text",
    status: "text",
    priority: "text",
    teamId: "text",
    createdAt: "text",
    acknowledgedAt: "optional text",
    assignee: "any",
    metadata: "any",
  },
  team: { id: "text" },
  runbook: { id: "text", name: "text", version: "integer" },
  execution: { id: "text", createdAt: "text", executedBy: "text", triggeredBy: "text" },
  automation: { id: "text", name: "text" },
} as const satisfies Record<string, Record<string, ContextField>>;

/** Placeholder in previews, which have no execution yet. */
export const PREVIEW_EXECUTION_ID = "execution_00000000000000000000000000";

/** What golden cases see in place of ids, time and version, which differ between deployments and executions. */
export const CASE_FACTS = {
  id: PREVIEW_EXECUTION_ID,
  runbookId: "runbook_00000000000000000000000000",
  runbookVersion: 1,
  createdAt: "2026-01-01T00:00:00.000Z",
  executedBy: "golden-case",
  triggeredBy: "manual",
} as const;
