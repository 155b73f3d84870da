// Makes an event that an automation's pattern is likely to match: a start for a test by hand.
import type { Automation } from "./automation.ts";

/** Returns an event about an incident, with the plain values that the pattern asks for. */
export function buildSampleEvent({ pattern, teamId }: Automation, now: Date): Record<string, unknown> {
  const at = now.toISOString();
  const event = {
    ...{ version: "0", id: "sample-event", "detail-type": "Incident Created", source: "oncall.incidents" },
    ...{ account: "000000000000", time: `${at.slice(0, 19)}Z`, region: "local", resources: [] },
    detail: {
      incident: {
        ...{ id: "INC-SAMPLE", title: "A sample incident", status: "triggered", priority: "P1" },
        ...{ teamId: teamId ?? "payments", createdAt: at },
      },
    },
  };
  return merge(event, pattern) as Record<string, unknown>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function merge(event: unknown, pattern: unknown): unknown {
  if (Array.isArray(pattern)) return chooseValue(pattern, event);
  if (!isObject(pattern)) return event;
  const own = isObject(event) ? event : {};
  const wanted = Object.entries(pattern).filter(([name]) => !name.startsWith("$"));
  return { ...own, ...Object.fromEntries(wanted.map(([name, value]) => [name, merge(own[name], value)])) };
}

/** A plain value, or what a prefix or suffix asks for. Other conditions are left to whoever tests. */
function chooseValue(allowed: readonly unknown[], event: unknown): unknown {
  const [plain] = allowed.filter((value) => !isObject(value));
  if (plain !== undefined) return plain;
  const texts = allowed.flatMap((value) => (isObject(value) ? [value["prefix"], value["suffix"]] : []));
  const text = texts.find((value) => typeof value === "string");
  return text ?? event ?? "";
}
