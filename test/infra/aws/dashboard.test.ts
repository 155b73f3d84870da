// The dashboard shows every metric that the functions write and every one that alarms watch, in words of the documents.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { GRAPH_TEXTS, type GraphText } from "../../../infra/aws/monitoring/graph-texts.ts";
import { METRICS, RUN_METRICS, SWEEP_METRICS } from "../../../shared/contract/metrics.ts";
import { WIDGETS } from "../../../shared/contract/widgets.ts";
import { Facts } from "../../support/template.ts";

type Metric = { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: unknown }[] };
type Alarm = Metric & { AlarmName: string; Metrics?: { MetricStat?: { Metric: Metric } }[] };
type Widget = { type: string; properties: { title?: string; metrics?: unknown[][] } };

const facts = new Facts();
/** With everything that some graphs are shown for. */
const full = new Facts({
  ...{ routeMetrics: "true", teamMetrics: "payments", runbookMetrics: "runbook_01h455vb4pex5vsknk084sn02q" },
  gradualUpdates: "canary",
});
const inline = (value: unknown) =>
  typeof value === "string" ? value : JSON.stringify(value).replaceAll('"', "'");

function widgetsOf(of: Facts): Widget[] {
  const { "Fn::Join": [, parts] = ["", []] } = of.only("AWS::CloudWatch::Dashboard")["DashboardBody"] as {
    "Fn::Join"?: [string, unknown[]];
  };
  return JSON.parse(parts.map(inline).join("")).widgets;
}
const titlesOf = (of: Facts) => widgetsOf(of).flatMap(({ properties: { title } }) => title ?? []);
const graphed = widgetsOf(full).flatMap(({ properties: { metrics = [] } }) => metrics);
const searches = JSON.stringify(graphed).replaceAll("\\", "");

/** Namespace, name, and dimensions in order, as a graph names a metric. */
const keyOf = ({ Namespace, MetricName, Dimensions = [] }: Metric) =>
  [Namespace, MetricName, ...Dimensions.flatMap(({ Name, Value }) => [Name, inline(Value)])].join(" ");
const shown = new Set(graphed.map((metric) => metric.filter((part) => typeof part === "string").join(" ")));
const watched = facts.all("AWS::CloudWatch::Alarm").flatMap(([, properties]) => {
  const alarm = properties as unknown as Alarm;
  return alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [alarm];
});
const isFound = ({ Namespace, MetricName }: Metric) =>
  searches.includes(`{${Namespace},`) && searches.includes(`MetricName="${MetricName}"`);

describe("the dashboard", () => {
  it("has the stack's name", () => {
    expect(facts.only("AWS::CloudWatch::Dashboard")["DashboardName"]).toBe("runbooks");
  });

  it("shows every metric that an alarm watches, of the same resource", () => {
    expect(watched.length).toBeGreaterThan(50);
    expect(watched.filter((metric) => !shown.has(keyOf(metric)) && !isFound(metric)).map(keyOf)).toEqual([]);
  });

  it("shows every metric that a function writes", () => {
    const { namespace, ...others } = METRICS;
    const written = [...Object.values(others), ...SWEEP_METRICS, ...Object.values(RUN_METRICS)];
    const names = new Set([...shown].map((key) => key.split(" ")[1]));
    const isShown = (MetricName: string) =>
      names.has(MetricName) || isFound({ Namespace: namespace, MetricName });
    expect(written.filter((name) => !isShown(name))).toEqual([]);
  });

  it("has the graphs of the documents, those of an option only with it", () => {
    const widgets = Object.values(WIDGETS).map(({ title }) => title);
    const alarms = ["Alarms: faults of the service", "Alarms: what people must look at"];
    const graphs = Object.entries<GraphText>(GRAPH_TEXTS);
    const usual = graphs.filter(([, { only }]) => only === undefined).map(([title]) => title);
    expect(titlesOf(facts).sort()).toEqual([...alarms, ...widgets, ...usual].sort());
    expect(titlesOf(full).sort()).toEqual([...alarms, ...widgets, ...graphs.map(([title]) => title)].sort());
  });

  it("finds the metrics of teams and runbooks, and of no other stack", () => {
    const all = JSON.stringify(widgetsOf(full));
    for (const dimension of ["team", "runbook"])
      expect(all).toContain(`{Runbooks,${dimension},service} service=`);
    expect(all.match(/SEARCH\('\{Runbooks/g)?.length).toBe(all.match(/service=\\+"runbooks\\+"/g)?.length);
  });

  it("says nothing in other words than the documents", () => {
    const docs = new URL("../../../docs/", import.meta.url);
    const read = (file: string) => readFileSync(new URL(file, docs), "utf8").toLowerCase();
    const all = readdirSync(docs).filter((file) => file.endsWith(".md"));
    const prose = all
      .map(read)
      .join(" ")
      .replace(/<!-- generated: graphs -->.*?<!-- end: graphs -->/s, "");
    const known = new Set(prose.match(/[a-z0-9]+/g));
    const words = titlesOf(full).flatMap((title) => title.toLowerCase().match(/[a-z0-9]+/g) ?? []);
    expect([...new Set(words)].filter((word) => !known.has(word))).toEqual([]);
  });
});
