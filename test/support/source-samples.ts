// The recorded samples of examples/sources: a source of each kind, and messages as its system sends them.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { JsonObject } from "../../shared/domain/json.ts";
import type { KindName } from "../../shared/domain/sources/kinds.ts";

const SAMPLES = resolve(import.meta.dirname, "../../examples/sources");

export const sampleKinds = (): string[] => readdirSync(SAMPLES).toSorted();

export function readSample(kind: string, name: string): JsonObject {
  return JSON.parse(readFileSync(join(SAMPLES, kind, `${name}.json`), "utf8"));
}

/** The messages of each kind in the order in which they were sent: the incident begins, and ends. */
export const EPISODES: Record<KindName, readonly [string, string]> = {
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
