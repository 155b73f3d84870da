// What a template may name: an allow-list of fields, so that nothing reaches a webhook by accident.

/** `any` is free-form data of the incident system. Everything else is one value, perhaps null. */
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

/** A preview has no run yet: this id stands where the run's will be. */
export const PREVIEW_EXECUTION_ID = "execution_00000000000000000000000000";
