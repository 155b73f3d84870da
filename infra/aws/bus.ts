// The service's own event bus: an archive to replay from, and which other accounts may send which events.
import { Duration } from "aws-cdk-lib";
import { EventBus, Match } from "aws-cdk-lib/aws-events";
import { AccountPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { BUS, RULES } from "../../shared/contract/events.ts";

/** Days that events can be replayed for. */
const ARCHIVE_DAYS = 30;

type Patterned = { bus: string; pattern: Record<string, unknown> };

export function buildBus(
  scope: Construct,
  accounts: readonly string[],
  rules: readonly Patterned[] = Object.values(RULES),
): EventBus {
  const bus = new EventBus(scope, "Bus", { eventBusName: BUS });
  bus.archive("Archive", {
    description: "Every event of the bus, to be replayed after a failure",
    eventPattern: { source: Match.prefix("") },
    retention: Duration.days(ARCHIVE_DAYS),
  });
  if (accounts.length > 0) bus.addToResourcePolicy(putEvents(bus, accounts, rules));
  return bus;
}

/** Other accounts may send what a rule of the bus reads and nothing else, so that none can speak as the service itself. */
function putEvents(bus: EventBus, accounts: readonly string[], rules: readonly Patterned[]): PolicyStatement {
  const read = (field: string) => [
    ...new Set(rules.filter(({ bus }) => bus === BUS).flatMap(({ pattern }) => pattern[field] ?? [])),
  ];
  const conditions = { "events:source": read("source"), "events:detail-type": read("detail-type") };
  if (Object.values(conditions).some((values) => values.length === 0)) {
    throw new Error(
      "Bad deployment options: eventSourceAccounts: no rule of the bus reads events from outside",
    );
  }
  return new PolicyStatement({
    sid: "EventsFromOtherAccounts",
    principals: accounts.map((account) => new AccountPrincipal(account)),
    actions: ["events:PutEvents"],
    resources: [bus.eventBusArn],
    conditions: { StringEquals: conditions },
  });
}
