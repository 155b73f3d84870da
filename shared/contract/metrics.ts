// CloudWatch metrics that the functions write and the alarms read.

export const METRICS = {
  namespace: "Runbooks",
  /**
   * Written after each completed run of a scheduled function, dimensions `service` and `function`. Missing data is an
   * alarm.
   */
  heartbeat: "heartbeat",
} as const;
