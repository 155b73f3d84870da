// CloudWatch metrics that the functions write and the alarms read.

export const METRICS = {
  namespace: "Runbooks",
  /**
   * Written after each completed run of a scheduled function, dimensions `service` and `function`. Missing data is an
   * alarm.
   */
  heartbeat: "heartbeat",
  /** Written by the reconciler, with the same dimensions: how many executions broke the glass and are not closed. */
  openBreakGlass: "openBreakGlass",
  /**
   * Written for each message that a source refuses, dimensions `service`, `kind` and `reason`: one of the reasons for a
   * rejection, or `unsigned`.
   */
  refusedMessages: "refusedMessages",
} as const;
