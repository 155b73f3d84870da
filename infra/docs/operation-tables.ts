// Tables of docs/operations.md and docs/architecture.md: time limits, queues, rules, variables, states.
import { readFileSync } from "node:fs";
import * as z from "zod";
import { ENVIRONMENT, VARIABLES } from "../../shared/contract/env.ts";
import { QUEUE, RULES, SCHEDULES, STREAM_TARGETS } from "../../shared/contract/events.ts";
import { CLASS_NAMES, functionOfClass, ROUTE_CLASSES } from "../../shared/contract/function-names.ts";
import { POOL_TRIGGERS } from "../../shared/contract/identity.ts";
import { routesOfClass } from "../../shared/contract/route-classes.ts";
import { SAVED_QUERIES } from "../../shared/contract/saved-queries.ts";
import { TIME_LIMITS } from "../../shared/contract/workflow.ts";
import { ALARM_TEXTS, type AlarmText } from "../aws/monitoring/alarm-texts.ts";
import { GRAPH_TEXTS, type GraphText } from "../aws/monitoring/graph-texts.ts";
import { code, table } from "./markdown.ts";

const Workflow = z.object({
  States: z.record(z.string(), z.object({ Type: z.string(), Comment: z.string().optional() })),
});

/** Returns the states of the workflow file, in the order of the file. */
export function stateTable(workflowFile: string): string {
  const { States } = Workflow.parse(JSON.parse(readFileSync(workflowFile, "utf8")));
  const rows = Object.entries(States).map(([name, { Type, Comment = "" }]) => [name, Type, Comment]);
  return table(["state", "kind", "note"], rows);
}

export function timeLimitTable(): string {
  return table(
    ["time limit", "seconds"],
    Object.entries(TIME_LIMITS).map(([name, seconds]) => [code(name), seconds]),
  );
}

/** Returns the alarms of one table: name, level, what sets it off, what it means, and what to do first. */
export function alarmTable(): string {
  const rows = Object.entries<AlarmText>(ALARM_TEXTS).map(([name, { level, when, means, first }]) => [
    code(name),
    level,
    when,
    means,
    first,
  ]);
  return table(["alarm", "level", "goes off", "means", "first"], rows);
}

/** Returns the graphs of the dashboard, in its order. */
export function graphTable(): string {
  const rows = Object.entries<GraphText>(GRAPH_TEXTS).map(([title, { shows, only }]) => [
    `*${title}*`,
    only ? `${shows} Only with \`${only}\`.` : shows,
  ]);
  return table(["graph", "shows"], rows);
}

/** Returns each saved query with what it asks. */
export function savedQueries(): string {
  return Object.entries(SAVED_QUERIES)
    .map(([name, { asks, query }]) => `**${name}**: ${asks}\n\n\`\`\`logs-insights\n${query}\n\`\`\``)
    .join("\n\n");
}

/** Returns the classes of routes, with what each is for and the routes that are in it. */
export function classTable(): string {
  const rows = CLASS_NAMES.map((name) => {
    const routes = routesOfClass(name).map((route) => code(route.name));
    return [code(functionOfClass(name)), ROUTE_CLASSES[name], routes.join(", ")];
  });
  return table(["function", "may", "routes"], rows);
}

export function backgroundTable(): string {
  const rules = Object.entries(RULES).map(([name, { bus, target, summary }]) => [
    code(name),
    `rule on bus ${code(bus)}, own queue, ${QUEUE.maxReceives} deliveries`,
    code(target),
    summary,
  ]);
  const schedules = Object.entries(SCHEDULES).map(([name, { everyMinutes, target, summary }]) => [
    code(name),
    `every ${everyMinutes} min`,
    code(target),
    summary,
  ]);
  const triggers = Object.entries(POOL_TRIGGERS).map(([name, { target, eventVersion, summary }]) => [
    code(name),
    `the stack's own user pool, events ${code(eventVersion)}`,
    code(target),
    summary,
  ]);
  const readers = Object.entries(STREAM_TARGETS).map(([name, { target, summary }]) => [
    code(name),
    "the table's stream",
    code(target),
    summary,
  ]);
  return table(["name", "fed by", "function", "does"], [...rules, ...schedules, ...readers, ...triggers]);
}

export function variableTable(): string {
  const kinds = Object.entries(VARIABLES);
  const rows = Object.entries(ENVIRONMENT).map(([name, schema]) => {
    const readers = kinds.filter(([, names]) => (names as readonly string[]).includes(name));
    const fallback = schema.safeParse(undefined);
    const value = fallback.success ? String(fallback.data) || "(empty)" : "must be set";
    return [code(name), schema.description ?? "", value, readers.map(([kind]) => kind).join(", ")];
  });
  return table(["variable", "means", "default", "read by"], rows);
}
