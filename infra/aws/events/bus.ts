// The service's event bus, its archive for replays, and the resource policy for other accounts.
import { Duration } from "aws-cdk-lib";
import { EventBus, Match } from "aws-cdk-lib/aws-events";
import { AccountPrincipal, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { BUS, RULES } from "../../../shared/contract/events.ts";
import type { Options } from "../options/options.ts";

/** Retention of events for replays. */
const ARCHIVE_DAYS = 30;

type BusOptions = Pick<Options, "eventSourceAccounts" | "incidentSources" | "workflowSources">;

/** `deadLetterQueue`: for events that the customer's key cannot encrypt. AWS's own key needs none. */
export function buildBus(
  scope: Construct,
  eventBusName: string,
  options: BusOptions,
  deadLetterQueue: Queue | undefined,
): EventBus {
  const bus = new EventBus(scope, "Bus", { eventBusName, ...(deadLetterQueue && { deadLetterQueue }) });
  if (deadLetterQueue) {
    const conditions = { ArnEquals: { "aws:SourceArn": bus.eventBusArn } };
    deadLetterQueue.grantSendMessages(new ServicePrincipal("events.amazonaws.com", { conditions }));
  }
  bus.archive("Archive", {
    description: "Every event of the bus, for replays after a failure",
    eventPattern: { source: Match.prefix("") },
    retention: Duration.days(ARCHIVE_DAYS),
  });
  if (options.eventSourceAccounts.length > 0) bus.addToResourcePolicy(putEvents(bus, options));
  return bus;
}

/** Other accounts may send only events that a rule of the bus matches, so that none can impersonate the service. */
function putEvents(
  bus: EventBus,
  { eventSourceAccounts, incidentSources, workflowSources }: BusOptions,
): PolicyStatement {
  // `source=team` binds a source to a team. The function checks the team.
  const sources = [incidentSources, workflowSources]
    .flatMap((given) => given.split(","))
    .flatMap((source) => source.trim().split("=")[0] || []);
  const patterns = Object.values(RULES).flatMap((rule) => (rule.bus === BUS ? [rule.pattern] : []));
  return new PolicyStatement({
    sid: "EventsFromOtherAccounts",
    principals: eventSourceAccounts.map((account) => new AccountPrincipal(account)),
    actions: ["events:PutEvents"],
    resources: [bus.eventBusArn],
    conditions: {
      StringEquals: {
        "events:source": [...new Set(sources)],
        "events:detail-type": [...new Set(patterns.flatMap((pattern) => pattern["detail-type"]))],
      },
    },
  });
}
