// AWS's list prices, as data: on demand, without free tiers, discounts and taxes.

export const PRICE_LIST = { region: "us-east-1", currency: "USD", date: "2026-11" } as const;

/** `usd` for `per` units. */
export type Price = { usd: number; per: number; unit: string; source: string };

const page = (service: string) => `https://aws.amazon.com/${service}/pricing/`;
const CLOUDWATCH = page("cloudwatch");
const DYNAMODB = "https://aws.amazon.com/dynamodb/pricing/on-demand/";

export const PRICES = {
  "api request": { usd: 1, per: 1e6, unit: "requests to an HTTP API", source: page("api-gateway") },
  "lambda request": { usd: 0.2, per: 1e6, unit: "calls of functions", source: page("lambda") },
  "lambda duration": { usd: 0.0000133334, per: 1, unit: "GB-seconds on arm64", source: page("lambda") },
  "state transition": {
    ...{ usd: 0.025, per: 1000, unit: "states entered, Standard" },
    source: page("step-functions"),
  },
  "write unit": { usd: 0.625, per: 1e6, unit: "write request units", source: DYNAMODB },
  "read unit": { usd: 0.125, per: 1e6, unit: "read request units", source: DYNAMODB },
  "table storage": { usd: 0.25, per: 1, unit: "GB-months", source: DYNAMODB },
  "table backup": { usd: 0.2, per: 1, unit: "GB-months of point-in-time recovery", source: DYNAMODB },
  "custom event": { usd: 1, per: 1e6, unit: "events put on a bus", source: page("eventbridge") },
  "scheduled invocation": {
    ...{ usd: 1, per: 1e6, unit: "ticks of schedules" },
    source: page("eventbridge"),
  },
  "queue request": { usd: 0.4, per: 1e6, unit: "requests to standard queues", source: page("sqs") },
  "key request": { usd: 0.03, per: 1e4, unit: "requests to KMS", source: page("kms") },
  key: { usd: 1, per: 1, unit: "KMS keys, each month", source: page("kms") },
  secret: { usd: 0.4, per: 1, unit: "secrets, each month", source: page("secrets-manager") },
  "log ingestion": { usd: 0.5, per: 1, unit: "GB of logs taken in", source: CLOUDWATCH },
  metric: { usd: 0.3, per: 1, unit: "custom or detailed metrics, each month", source: CLOUDWATCH },
  alarm: { usd: 0.1, per: 1, unit: "metrics that alarms watch, each month", source: CLOUDWATCH },
  dashboard: { usd: 3, per: 1, unit: "dashboards, each month", source: CLOUDWATCH },
} as const satisfies Record<string, Price>;
export type PriceName = keyof typeof PRICES;
