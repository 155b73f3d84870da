// The recorded release has one of everything that a release can leave behind, so that nothing is left out when it is read.
import { describe, expect, it } from "vitest";
import { OUTGOING_EVENTS } from "../../shared/contract/event-schemas.ts";
import { RULES, SCHEDULES, STREAM_TARGETS } from "../../shared/contract/events.ts";
import { KEYS, type Key } from "../../shared/contract/table.ts";
import {
  AwaitInput,
  CompleteInput,
  DeliverInput,
  RECORD_CALLBACK,
  RecordCallbackInput,
  WORKFLOW_FUNCTIONS,
} from "../../shared/contract/workflow.ts";
import { AUDIT_ACTIONS } from "../../shared/domain/audit.ts";
import { ERASURE_ACTIONS } from "../../shared/domain/erasure.ts";
import { EXECUTION_STATUSES, TRIGGERED_BY } from "../../shared/domain/executions/execution.ts";
import {
  FREEZE_WINDOW_ACTIONS,
  KILL_SWITCH_ACTIONS,
  SOURCE_ACTIONS,
} from "../../shared/domain/kill-switches.ts";
import { kindOf, kindOfItem, readRelease, textOf } from "./release.ts";

const items = readRelease("items.json");
const calls = readRelease("calls.json");
const events = readRelease("events.json");

const KINDS = new Set(items.map(kindOfItem));
const ofKind = (kind: string) => items.filter((item) => kindOfItem(item) === kind);
const textsOf = (kind: string, attribute: string) => ofKind(kind).map((item) => textOf(item[attribute]));

describe("the items of the last release", () => {
  const names = Object.keys(KEYS) as (keyof typeof KEYS)[];
  const kindOfName = (name: keyof typeof KEYS) =>
    kindOf((KEYS[name] as (...parts: string[]) => Key)("x", "1", "1", "1"));

  it.each(names)("have one of the kind %s", (name) => {
    expect([...KINDS]).toContain(kindOfName(name));
  });

  it("are of no kind that the contract has forgotten", () => {
    const known = new Set(names.map(kindOfName));
    expect([...KINDS].filter((kind) => !known.has(kind))).toEqual([]);
  });

  it.each([
    ["what may happen once", ["validUntil"]],
    ["the outcome of a request", ["validUntil", "refusedEvent", "reason", "message"]],
    ["the last firing of a cooldown", ["firedAt", "executionId"]],
  ])("have a claim that is %s", (_, fields) => {
    const all = ["expiresAt", "pk", "sk", ...fields].sort();
    expect(ofKind("claim / claim").map((item) => Object.keys(item).sort())).toContainEqual(all);
  });

  it.each([
    ...AUDIT_ACTIONS,
    ...KILL_SWITCH_ACTIONS,
    ...FREEZE_WINDOW_ACTIONS,
    ...SOURCE_ACTIONS,
    ...ERASURE_ACTIONS,
  ])("have an audit entry about %s", (action) => {
    expect(items.map((item) => textOf(item["action"]))).toContain(action);
  });

  it.each(EXECUTION_STATUSES)("have an execution that is %s", (status) => {
    expect(textsOf("execution / execution", "status")).toContain(status);
  });

  it.each(TRIGGERED_BY)("have an execution with the trigger %s", (trigger) => {
    expect(textsOf("execution / execution", "triggeredBy")).toContain(trigger);
  });

  it("have decisions to fire, to skip, and one that was caught up", () => {
    const kind = "decision / decision";
    expect(textsOf(kind, "outcome")).toEqual(expect.arrayContaining(["fired", "skipped"]));
    expect(textsOf(kind, "reason")).toContain("cooldown");
    expect(ofKind(kind).some(({ caughtUp }) => Object.hasOwn(Object(caughtUp), "M"))).toBe(true);
  });
});

/** What no session brings about in a minute. */
const NOT_RECORDED: ReadonlySet<string> = new Set([
  // A function that fails six times, or a callback that does not come for longer than the shortest wait.
  "workflow/complete-execution failure",
]);

describe("the payloads of the last release", () => {
  const targets = [RULES, STREAM_TARGETS, SCHEDULES].flatMap((group) => Object.values(group));
  const paths = [
    ...targets.map(({ target }) => `events/${target}`),
    ...[...Object.values(WORKFLOW_FUNCTIONS), RECORD_CALLBACK].map((name) => `workflow/${name}`),
  ];

  it.each([...new Set(paths)])("have a call of %s", (path) => {
    expect(calls.map((call) => call.path)).toContain(path);
  });

  const taken = [
    ["workflow/deliver-webhook", DeliverInput],
    ["workflow/await-callback", AwaitInput],
    ["workflow/complete-execution", CompleteInput],
    ["workflow/record-callback", RecordCallbackInput],
  ] as const;
  const fields = taken.flatMap(([path, { shape }]) =>
    Object.keys(shape).map((field) => [path, field] as const),
  );
  it.each(fields.filter((field) => !NOT_RECORDED.has(field.join(" "))))(
    "of %s have one with %s",
    (path, field) => {
      const given = calls.filter((call) => call.path === path).map(({ event }) => Object(event) as object);
      expect(given.some((event) => Object.hasOwn(event, field))).toBe(true);
    },
  );

  it.each(["Source Message", "Schedule Due", "CloudWatch Alarm State Change"])(
    "have a message of a source by way of “%s”",
    (type) => {
      const messages = calls.filter((call) => call.path === "events/on-source-message");
      expect(JSON.stringify(messages)).toContain(JSON.stringify(JSON.stringify(type)).slice(1, -1));
    },
  );
});

describe("the events of the last release", () => {
  it.each(OUTGOING_EVENTS.map(({ detailType }) => detailType))("have one of the type %s", (type) => {
    expect(events.map((event) => event["detail-type"])).toContain(type);
  });
});
