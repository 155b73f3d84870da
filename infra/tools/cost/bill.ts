// The bill of a month, from what is counted and AWS's list prices.
import { LOG_BYTES } from "./assumptions.ts";
import type { Counts } from "./counts.ts";
import type { Month, Step } from "./month.ts";
import { PRICES, type PriceName } from "./prices.ts";
import { RESOURCES } from "./resources.ts";

/** One line: so much of something that has a price. */
export type Line = { service: string; quantity: number; price: PriceName };

const GB = 1e9;
const KMS = ["Encrypt", "Decrypt"];

export const amountOf = ({ quantity, price }: Line) => (quantity * PRICES[price].usd) / PRICES[price].per;
export const totalOf = (lines: readonly Line[]) => lines.reduce((sum, line) => sum + amountOf(line), 0);

/** What a month costs: what is used, and what costs although nothing is. */
export function billOf(month: Month): Line[] {
  return [...usedIn(month), ...monthlyLines(month.machines > 0)];
}

function usedIn(month: Month): Line[] {
  const { steps, apiRequests, states, queueRequests, storedKb } = month;
  const calls = sumOf(steps, callsOf);
  const storedGb = (storedKb * 1024) / GB;
  return [
    line("API Gateway", apiRequests, "api request"),
    line("Lambda", calls, "lambda request"),
    line("Lambda", sumOf(steps, gbSecondsOf), "lambda duration"),
    line("Step Functions", states, "state transition"),
    line(
      "DynamoDB",
      countOf(steps, ({ writeUnits, indexWriteUnits }) => writeUnits + indexWriteUnits),
      "write unit",
    ),
    line(
      "DynamoDB",
      countOf(steps, ({ readUnits }) => readUnits),
      "read unit",
    ),
    line("DynamoDB", storedGb, "table storage"),
    line("DynamoDB", storedGb, "table backup"),
    line(
      "EventBridge",
      countOf(steps, ({ events }) => events),
      "custom event",
    ),
    line("SQS", queueRequests, "queue request"),
    line("KMS", countOf(steps, keyRequestsOf), "key request"),
    line("CloudWatch", logBytesOf(month, calls) / GB, "log ingestion"),
  ];
}

function monthlyLines(hasRuns: boolean): Line[] {
  const { alarmMetrics, customMetrics, runMetrics, dashboards, keys, secrets } = RESOURCES;
  return [
    line("CloudWatch", alarmMetrics, "alarm"),
    line("CloudWatch", customMetrics + (hasRuns ? runMetrics : 0), "metric"),
    line("CloudWatch", dashboards, "dashboard"),
    line("KMS", keys, "key"),
    line("Secrets Manager", secrets, "secret"),
  ];
}

const line = (service: string, quantity: number, price: PriceName): Line => ({ service, quantity, price });

const sumOf = <T>(items: readonly T[], of: (item: T) => number) =>
  items.reduce((sum, item) => sum + of(item), 0);
const countOf = (steps: readonly Step[], of: (counts: Counts) => number) =>
  sumOf(steps, ({ counts, times }) => of(counts) * times);
const callsOf = ({ calls, times }: Step) => calls * times;
const gbSecondsOf = (step: Step) => ((callsOf(step) * step.ms) / 1000) * (RESOURCES.memoryMb / 1024);
const keyRequestsOf = ({ requests }: Counts) => sumOf(KMS, (name) => requests[name] ?? 0);

const logBytesOf = ({ apiRequests, states }: Month, calls: number) =>
  calls * LOG_BYTES.call + apiRequests * LOG_BYTES.request + states * LOG_BYTES.state;
