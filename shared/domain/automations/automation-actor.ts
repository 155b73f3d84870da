// The name under which an automation acts. In a file of its own, because every function needs it.

/** Returns who acts for an automation: `executedBy` of its executions, `actor` of its audit entries. */
export const automationActor = (id: string) => `automation:${id}`;
