// Tables of docs/cost.md: a run and a month before and now, what each operation asks of AWS, and what the bill is made from.
import { MOST_WATCHED } from "../../shared/contract/metrics.ts";
import { DURATIONS, LOG_BYTES, RECEIVER_MS } from "../tools/cost/assumptions.ts";
import { monthBefore } from "../tools/cost/before.ts";
import { amountOf, billOf, type Line, totalOf } from "../tools/cost/bill.ts";
import { COUNTS, type Counts } from "../tools/cost/counts.ts";
import { type Month, monthOf, type Step } from "../tools/cost/month.ts";
import { PRICES, type Price } from "../tools/cost/prices.ts";
import { dollars, freeWhenIdle, idleBill, percent, rowsOf } from "../tools/cost/report.ts";
import { METRICS_OF_A_ROUTE, RESOURCES } from "../tools/cost/resources.ts";
import { code, table } from "./markdown.ts";

const RUNS = 1_000_000;
const runsAtOnce = (runs: number) => monthOf({ runs, reads: 0, failed: 0, incidents: 0, attempts: 1 });

/** One run that succeeds at once: what it asks of AWS. */
export function runTable(): string {
  const [before, now] = [runOf(monthBefore(1)), runOf(runsAtOnce(1))];
  const rows = Object.entries(before).map(([what, count]) => [what, count, now[what] ?? 0]);
  return table(["one run that succeeds at once", "before", "now"], rows);
}

/** The reconciler runs without runs, so it is no part of one. */
function runOf({ steps, states }: Month): Record<string, number> {
  const own = steps.filter(({ times }) => times === 1);
  const sum = (of: (step: Step) => number) => own.reduce((total, step) => total + of(step), 0);
  return {
    "states entered": states,
    "calls of functions": sum(({ calls }) => calls),
    "requests to AWS": sum(({ counts }) => requestsIn(counts)),
    "of these, transactions": sum(({ counts }) => counts.transactions.length),
    "items in transactions": sum(({ counts }) => itemsIn(counts)),
    "write units, table": sum(({ counts }) => counts.writeUnits),
    "write units, indexes": sum(({ counts }) => counts.indexWriteUnits),
    "read units": sum(({ counts }) => counts.readUnits),
    "events published": sum(({ counts }) => counts.events),
  };
}

const itemsIn = ({ transactions }: Counts) => transactions.reduce((sum, items) => sum + items, 0);
const requestsIn = ({ requests, transactions }: Counts) =>
  Object.values(requests).reduce((sum, count) => sum + count, transactions.length);

/** A million runs, by service. */
export function billTable(): string {
  const [before, now] = [billOf(monthBefore(RUNS)), billOf(runsAtOnce(RUNS))];
  const old = new Map(rowsOf(before).map(({ service, usd }) => [service, usd]));
  const rows = rowsOf(now).map(({ service, usd, share }) => [
    ...[service, dollars(old.get(service) ?? 0), dollars(usd), percent(share)],
  ]);
  const total = ["**total**", dollars(totalOf(before)), dollars(totalOf(now)), percent(1)];
  return table(["service", "before, USD", "now, USD", "share now"], [...rows, total]);
}

/** What is paid for when nothing runs: only what is a cent or more. */
export function idleTable(): string {
  const lines = idleBill();
  const rows = lines
    .filter((line) => dollars(amountOf(line)) !== "0.00")
    .map((line) => [line.service, `${amount(line)} ${PRICES[line.price].unit}`, dollars(amountOf(line))]);
  const free = `Nothing is paid then for ${freeWhenIdle(rowsOf(lines)).join(", ")}.`;
  const total = ["**total**", "", dollars(totalOf(lines))];
  return `${table(["service", "for", "USD a month"], [...rows, total])}\n\n${free}`;
}

const amount = ({ quantity }: Line) =>
  quantity < 1 ? quantity.toFixed(2) : Math.round(quantity).toLocaleString("en-US");

export function routeMetricsTable(): string {
  const metrics = RESOURCES.routes * METRICS_OF_A_ROUTE;
  const usd = amountOf({ service: "CloudWatch", quantity: metrics, price: "metric" });
  return table(
    ["routes", "metrics of each", "metrics", "USD a month, at most"],
    [[RESOURCES.routes, METRICS_OF_A_ROUTE, metrics, dollars(usd)]],
  );
}

export function watchedMetricsTable(): string {
  const { runMetrics } = RESOURCES;
  const usd = (listed: number) =>
    dollars(amountOf({ service: "CloudWatch", quantity: listed * runMetrics, price: "metric" }));
  return table(
    ["teams and runbooks listed", "metrics of each", "USD a month, at most"],
    [1, 10, 2 * MOST_WATCHED].map((listed) => [listed, runMetrics, usd(listed)]),
  );
}

/** Every operation that is counted. */
export function operationTable(): string {
  const rows = Object.entries<Counts>(COUNTS).map(([operation, counts]) => [
    ...[operation, requestsIn(counts), kindsOf(counts)],
    ...[counts.readUnits || "", counts.writeUnits || "", counts.indexWriteUnits || ""],
  ]);
  const units = ["read units", "write units, table", "write units, indexes"];
  return table(["operation", "requests", "which", ...units], rows);
}

const kindsOf = ({ requests, transactions }: Counts) =>
  [
    ...timesEach(transactions).map(([items, count]) => times(count, `TransactWriteItems of ${items}`)),
    ...Object.entries(requests).map(([name, count]) => times(count, name)),
  ].join(", ");

const times = (count: number, name: string) => (count === 1 ? name : `${count} ${name}`);

function timesEach(values: readonly number[]): [value: number, times: number][] {
  return [...new Set(values)].map((value) => [value, values.filter((each) => each === value).length]);
}

export function priceTable(): string {
  const rows = Object.values<Price>(PRICES).map(({ usd, per, unit, source }) => [
    ...[unit, `${usd}${per === 1 ? "" : ` for ${per.toLocaleString("en-US")}`}`, source],
  ]);
  return table(["what", "USD", "source"], rows);
}

export function assumptionTable(): string {
  const durations = Object.entries(DURATIONS).map(([handler, ms]) => [
    ...[`${code(handler)} works`, `${ms} ms`, "measured: `npm run bench -- durations`"],
  ]);
  const logs = Object.entries(LOG_BYTES).map(([what, bytes]) => [
    ...[`logs of a ${what}`, `${bytes} bytes`, "estimated"],
  ]);
  const receiver = ["a receiver answers after", `${RECEIVER_MS} ms`, "estimated"];
  const memory = ["memory of each function", `${RESOURCES.memoryMb} MB`, "the stack"];
  return table(["what", "value", "known from"], [...durations, receiver, memory, ...logs]);
}

/** The lines that the text names, in dollars for a million runs. */
export function dominatingTable(): string {
  const lines = billOf(runsAtOnce(RUNS)).toSorted((a, b) => amountOf(b) - amountOf(a));
  const rows = lines
    .slice(0, 5)
    .map((line) => [
      ...[line.service, `${amount(line)} ${PRICES[line.price].unit}`, dollars(amountOf(line))],
    ]);
  return table(["service", "for", "USD"], rows);
}
