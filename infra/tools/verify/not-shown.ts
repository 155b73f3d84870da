// What a verification does not show, and how to see it. docs/verifying.md has the same table.
import type { Deployment } from "./deployment.ts";
import type { Report } from "./report.ts";

type NotShown = {
  name: string /** An account shows it while verify:aws runs; a local stack does not. */;
  byRunning: boolean;
  how: string;
};

export const NOT_SHOWN: readonly NotShown[] = [
  {
    name: "grants",
    byRunning: true,
    how: "a local stack checks no roles; on an account each row of this report needs the grants of its functions, SendTaskSuccess with --receiver among them",
  },
  {
    name: "archive replay",
    byRunning: false,
    how: "EventBridge, Archives, Start new replay of the last hour to the rule `incidents`: `GET /decisions` says of each event why nothing started",
  },
  {
    name: "alarms",
    byRunning: false,
    how: "`aws cloudwatch set-alarm-state` on one of them: the topic or the mailbox hears of it",
  },
  {
    name: "throttles",
    byRunning: false,
    how: "more than 100 requests a second: API Gateway answers 429; the access log has no line of a function for them",
  },
  {
    name: "cold starts",
    byRunning: false,
    how: 'Logs Insights over the functions\' logs: `filter type = "platform.report" | stats max(record.metrics.initDurationMs)`',
  },
];

export function showNotShown(report: Report, { isLocal }: Deployment): void {
  report.title("Not shown here");
  for (const { name, byRunning, how } of NOT_SHOWN) if (isLocal || !byRunning) report.notShown(name, how);
}
