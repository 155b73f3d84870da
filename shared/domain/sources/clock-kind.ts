// The kind of source that reports by the clock: each time at which its schedule is due is an incident of its own, which
// is over as it begins. Nobody has to close it.
import type { Kind } from "./kind.ts";

/** The status of such an incident. It stays so. */
const DUE = "due";

export const CLOCK_KINDS = {
  schedule: {
    system: "The clock: Amazon EventBridge Scheduler",
    document: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html",
    clock: true,
    fields: {
      id: [],
      episode: ["/scheduledTime"],
      title: ["/name"],
      status: [{ text: DUE }],
      createdAt: ["/scheduledTime"],
      updatedAt: ["/scheduledTime"],
    },
    metadata: { expression: ["/expression"], timeZone: ["/timeZone"] },
    cases: [],
    otherwise: { report: "Created" },
  },
} as const satisfies Record<string, Kind>;
