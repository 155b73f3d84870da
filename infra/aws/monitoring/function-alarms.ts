// Alarms on the service's own functions, and on no others of the account: errors that go on, and throttles.
import { Duration } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";
import type { Entry, Kind } from "../bundle/entries.ts";
import { type AlarmDefinition, sumOf, sumOver } from "./alarm.ts";

type Watched = { functions: readonly { entry: Entry; function: LambdaFunction }[] };

/** Whoever waits for one of these sees it fail. */
const WAITED_FOR: ReadonlySet<Kind> = new Set<Kind>(["api", "authorizer", "console", "identity"]);
/** A widget of the dashboard says itself that it failed. */
const UNWATCHED: Kind = "widgets";

const isDelivery = ({ name }: Entry) => name === WORKFLOW_FUNCTIONS.DeliverWebhook;

export function listFunctionAlarms({ functions }: Watched): AlarmDefinition[] {
  const watched = functions.filter(({ entry }) => entry.kind !== UNWATCHED);
  const throttlesWhere = (isMeant: (entry: Entry) => boolean) =>
    sumOf(
      watched
        .filter(({ entry }) => isMeant(entry))
        .map(({ function: meant }) => meant.metricThrottles(sumOver(1))),
      Duration.minutes(1),
    );
  const requests = throttlesWhere(({ kind }) => WAITED_FOR.has(kind));
  const background = throttlesWhere((entry) => !WAITED_FOR.has(entry.kind) && !isDelivery(entry));
  return [
    ...watched.filter(({ entry }) => isAlone(entry)).map(buildErrorAlarm),
    { name: "requests-throttled", metric: requests, threshold: 1, datapoints: [3, 5] },
    { name: "background-throttled", metric: background, threshold: 1, datapoints: [5, 15] },
    // Deliveries over their limit wait for their turn, which is no fault unless it goes on.
    { name: "deliveries-wait", metric: throttlesWhere(isDelivery), threshold: 1, datapoints: [15, 15] },
  ];
}

/** The API's 5xx alarms cover the functions of routes, pages and tokens. Nothing but its errors tells of the others. */
const isAlone = ({ kind }: Entry) => kind !== "api" && kind !== "authorizer" && kind !== "console";

/** A single error is repaired by the next call. What fails for good is counted as such: runs, messages, records. */
const buildErrorAlarm = ({ entry, function: watched }: Watched["functions"][number]): AlarmDefinition => ({
  name: "<function>-errors",
  of: entry.name,
  metric: watched.metricErrors(sumOver(1)),
  threshold: 1,
  datapoints: [3, 15],
});
