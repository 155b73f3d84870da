// The fields available to templates: an allow-list, so that no field reaches a webhook by accident.

/** `any` is free-form data of the incident system. All other fields are a single value or null. */
export const CONTEXT_FIELDS = {
  incident: {
    id: "value",
    title: "value",
    status: "value",
    priority: "value",
    teamId: "value",
    createdAt: "value",
    acknowledgedAt: "value",
    assignee: "any",
    metadata: "any",
  },
  team: { id: "value" },
  runbook: { id: "value", name: "value", version: "value" },
  execution: { id: "value", createdAt: "value", executedBy: "value", triggeredBy: "value" },
  automation: { id: "value", name: "value" },
} as const satisfies Record<string, Record<string, "value" | "any">>;

/** Placeholder in previews, which have no execution yet. */
export const PREVIEW_EXECUTION_ID = "execution_00000000000000000000000000";
