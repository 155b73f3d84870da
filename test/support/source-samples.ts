// The recorded samples of examples/sources: a source of each kind, and messages as its system sends them.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { JsonObject } from "../../shared/domain/json.ts";
import { KIND_NAMES, type KindName, wayOf } from "../../shared/domain/sources/kinds.ts";

const SAMPLES = resolve(import.meta.dirname, "../../examples/sources");

export const sampleKinds = (): string[] => readdirSync(SAMPLES).toSorted();

/** The messages of a kind, by the names of their files. */
export const sampleNames = (kind: string): string[] =>
  readdirSync(join(SAMPLES, kind))
    .map((file) => file.replace(/\.json$/, ""))
    .filter((name) => name !== "source")
    .toSorted();

export function readSample(kind: string, name: string): JsonObject {
  return JSON.parse(readFileSync(join(SAMPLES, kind, `${name}.json`), "utf8"));
}

/** The kinds whose system sends its messages itself: all but the clock. */
export type SystemKind = Exclude<KindName, "schedule">;
export const SYSTEM_KINDS = KIND_NAMES.filter((kind): kind is SystemKind => !wayOf(kind).clock);

/** The messages of each kind in the order in which they were sent: the incident begins, and ends. */
export const EPISODES: Record<SystemKind, readonly [string, string]> = {
  cloudwatch_alarm: ["alarm", "ok"],
  guardduty: ["finding", "archived"],
  aws_health: ["open", "closed"],
  ssm_incident: ["started", "resolved"],
  pagerduty: ["triggered", "resolved"],
  opsgenie: ["create", "close"],
  datadog: ["triggered", "recovered"],
  grafana: ["firing", "resolved"],
  alertmanager: ["firing", "resolved"],
  incident_io: ["created", "closed"],
  generic: ["opened", "closed"],
};

/** The day of all samples. */
const RECORDED = Date.parse("2026-03-01T00:00:00Z");

/** The same message as if it had been sent yesterday: what is older than a month is refused. */
export function asOfYesterday(message: JsonObject): string {
  const shift = Math.floor(Date.now() / 86_400_000 - 1) * 86_400_000 - RECORDED;
  const moved = (time: string) => new Date(Date.parse(time) + shift);
  return JSON.stringify(message)
    .replaceAll(/2026-03-01T\d\d:\d\d/g, (time) => moved(`${time}Z`).toISOString().slice(0, 16))
    .replaceAll(/Sun, 01 Mar 2026 \d\d:\d\d:\d\d GMT/g, (time) => moved(time).toUTCString())
    .replaceAll(/\b(17723\d{5})(\d*)\b/g, (_, seconds, rest) => `${Number(seconds) + shift / 1000}${rest}`);
}
