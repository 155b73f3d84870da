// CloudWatch metrics that the functions write and the alarms read.

export const METRICS = {
  namespace: "Runbooks",
  /** Written by each scheduled function, dimensions `service` and `function`, whenever it ran to its end; missing data is an alarm. */
  heartbeat: "heartbeat",
} as const;
