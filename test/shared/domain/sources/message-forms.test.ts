// Every form of message that the systems send, as recorded: what it reports, and in which status the incident is then.
import { describe, expect, it } from "vitest";
import { isObject, type JsonObject, type JsonValue } from "../../../../shared/domain/json.ts";
import { KIND_NAMES, type KindName } from "../../../../shared/domain/sources/kinds.ts";
import { Mapping } from "../../../../shared/domain/sources/mapping.ts";
import { translate } from "../../../../shared/domain/sources/translate.ts";
import type { Translator } from "../../../../shared/domain/sources/translator.ts";
import { readSample, sampleNames } from "../../../support/source-samples.ts";

const NOW = "2026-03-01T12:00:00.000Z";

/** `?`: Created of an incident that is new, else Updated. A status in brackets stays as it is known. */
const FORMS: Record<KindName, Record<string, string>> = {
  cloudwatch_alarm: {
    alarm: "Created: ALARM",
    ok: "Resolved: OK",
    "insufficient-data": "Resolved: INSUFFICIENT_DATA",
  },
  guardduty: { finding: "?: active", repeated: "?: active", archived: "Resolved: archived" },
  schedule: { due: "Created: due" },
  aws_health: { open: "?: open", updated: "?: open", closed: "Resolved: closed" },
  ssm_incident: { started: "Created: (OPEN)", updated: "Updated: (OPEN)", resolved: "Resolved: RESOLVED" },
  pagerduty: {
    triggered: "Created: triggered",
    acknowledged: "Acknowledged: acknowledged",
    unacknowledged: "Updated: triggered",
    escalated: "Escalated: triggered",
    "priority-updated": "Updated: triggered",
    resolved: "Resolved: resolved",
    reopened: "Updated: triggered",
    "event-trigger": "Created: triggered",
    "event-acknowledge": "Acknowledged: acknowledged",
    "event-assign": "Updated: acknowledged",
    "event-resolve": "Resolved: resolved",
  },
  opsgenie: {
    create: "Created: open",
    acknowledge: "Acknowledged: acknowledged",
    unacknowledge: "Updated: open",
    "add-note": "Updated: (open)",
    "update-priority": "Updated: (open)",
    escalate: "Escalated: (open)",
    close: "Resolved: closed",
    delete: "Resolved: closed",
  },
  datadog: {
    warn: "?: Warn",
    triggered: "?: Triggered",
    "re-triggered": "Updated: Re-Triggered",
    recovered: "Resolved: Recovered",
  },
  grafana: { firing: "?: firing", "still-firing": "?: firing", resolved: "Resolved: resolved" },
  alertmanager: { firing: "?: firing", "still-firing": "?: firing", resolved: "Resolved: resolved" },
  incident_io: {
    created: "Created: Investigating",
    updated: "Updated: Investigating",
    fixing: "Updated: Fixing",
    closed: "Resolved: Closed",
  },
  generic: { opened: "Created: open", escalated: "Escalated: open", closed: "Resolved: done" },
};

function sourceOf(kind: KindName): Translator {
  const given = readSample(kind, "source") as unknown as Translator;
  const mapping = given.mapping && Mapping.parse(given.mapping);
  return { ...given, id: "source_01h455vb4pex5vsknk084sn02q", teamId: "payments", team: null, mapping };
}

/** A partner's event has the message in it. */
const messageIn = (kind: KindName, sample: JsonObject): JsonValue =>
  kind === "pagerduty" && isObject(sample["detail"]) ? sample["detail"] : sample;

const translated = (kind: KindName, name: string) =>
  translate(sourceOf(kind), messageIn(kind, readSample(kind, name)), NOW).items.map((item) => {
    if (item.outcome !== "incident") throw new Error(JSON.stringify(item));
    return item;
  });

describe.each(KIND_NAMES)("%s", (kind) => {
  const forms = Object.entries(FORMS[kind]);

  it("has a row for each sample", () => {
    expect(sampleNames(kind)).toEqual(Object.keys(FORMS[kind]).toSorted());
  });

  it.each(forms)("%s reports %s", (name, expected) => {
    const [item] = translated(kind, name);
    const status = item?.guessed.includes("status") ? `(${item.incident.status})` : item?.incident.status;
    expect(`${item?.ongoing ? "?" : item?.report}: ${status}`).toBe(expected);
  });

  it("all forms of one incident have its id", () => {
    const isOfEvents = (name: string) => name.startsWith("event-");
    for (const group of [
      forms.filter(([name]) => !isOfEvents(name)),
      forms.filter(([name]) => isOfEvents(name)),
    ]) {
      const ids = group.map(([name]) => translated(kind, name)[0]?.incident.id);
      expect(new Set(ids).size).toBeLessThanOrEqual(1);
    }
  });
});

it("PagerDuty's events tell what its webhooks tell", () => {
  const [event] = translated("pagerduty", "event-acknowledge");
  expect(event?.incident).toMatchObject({
    title: "Disk of api-8 is full",
    priority: "P1",
    assignee: "Ana",
    acknowledgedAt: "2026-03-01T09:33:00.000Z",
    updatedAt: "2026-03-01T09:33:00.000Z",
    metadata: { number: 1043, service: "Orders API", serviceId: "PF9KMXH", escalationPolicy: "Payments" },
  });
});

it("a note over EventBridge is no report", () => {
  const sample = structuredClone(readSample("pagerduty", "event-assign"));
  Object.assign(Object(sample["detail"]), { event: "incident.annotate" });
  const { items } = translate(sourceOf("pagerduty"), messageIn("pagerduty", sample), NOW);
  expect(items).toMatchObject([{ outcome: "ignored" }]);
});
