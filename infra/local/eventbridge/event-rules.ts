// EventBridge operations on buses and rules.

import * as z from "zod";
import { describeIssues, readInput } from "../../../shared/contract/read-input.ts";
import { checkEventPattern } from "../../../shared/domain/event-pattern/check.ts";
import { matchesEventPattern } from "../../../shared/domain/event-pattern/match.ts";
import type { Arns } from "../platform/arns.ts";
import { AwsError } from "../platform/errors.ts";
import { type Operation, operation } from "../wire/aws-endpoint.ts";
import { supportedInput } from "../wire/offered.ts";
import { paging, toPage } from "../wire/paging.ts";
import { BUSES, busName, requireChangeable, requireRule, ruleName } from "./event-names.ts";
import type { Rule, Rules } from "./rules.ts";

const Pattern = z.string().max(4096);
const PutRule = supportedInput({
  Name: ruleName,
  EventBusName: busName,
  EventPattern: Pattern,
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  Description: z.string().max(512).optional(),
});
const OneRule = supportedInput({ Name: ruleName, EventBusName: busName });
const DeleteRule = supportedInput({ ...OneRule.shape, Force: z.boolean().optional() });
const ListRules = supportedInput({ EventBusName: busName, NamePrefix: z.string().default(""), ...paging });
const ListEventBuses = supportedInput({ NamePrefix: z.string().default(""), ...paging });
const TestEventPattern = supportedInput({ EventPattern: Pattern, Event: z.string() });
/** The event fields that EventBridge requires in TestEventPattern. */
const TriedEvent = z.looseObject({
  id: z.json(),
  account: z.json(),
  source: z.json(),
  time: z.json(),
  region: z.json(),
  resources: z.json(),
  "detail-type": z.json(),
});

export function ruleOperations(rules: Rules, arns: Arns): Record<string, Operation> {
  return { ...changeOperations(rules, arns), ...readOperations(rules, arns), TestEventPattern: testPattern };
}

function changeOperations(rules: Rules, arns: Arns): Record<string, Operation> {
  const enable = (enabled: boolean) =>
    operation(OneRule, ({ Name, EventBusName }) => {
      rules.put({ ...requireChangeable(requireRule(rules, EventBusName, Name)), enabled });
    });
  return {
    PutRule: operation(PutRule, ({ Name: name, EventBusName: bus, EventPattern, State, Description }) => {
      parsePattern(EventPattern);
      const before = rules.find(bus, name);
      if (before) requireChangeable(before);
      const enabled = State === "ENABLED";
      const description = Description ?? null;
      const targets = before?.targets ?? {};
      rules.put({ bus, name, patternText: EventPattern, enabled, description, targets, ofContract: false });
      return { RuleArn: arns.rule(bus, name) };
    }),
    DeleteRule: operation(DeleteRule, ({ Name, EventBusName }) => {
      const rule = rules.find(EventBusName, Name);
      if (rule === undefined) return;
      if (Object.keys(requireChangeable(rule).targets).length > 0) {
        throw new AwsError("ValidationException", "Rule can't be deleted since it has targets.");
      }
      rules.remove(EventBusName, Name);
    }),
    EnableRule: enable(true),
    DisableRule: enable(false),
  };
}

function readOperations(rules: Rules, arns: Arns): Record<string, Operation> {
  return {
    DescribeRule: operation(OneRule, ({ Name, EventBusName }) =>
      toWireRule(requireRule(rules, EventBusName, Name), arns),
    ),
    ListRules: operation(ListRules, (asked) => {
      const listed = rules.ofBus(asked.EventBusName).filter((rule) => rule.name.startsWith(asked.NamePrefix));
      const { page, ...next } = toPage(listed, (rule) => rule.name, asked);
      return { Rules: page.map((rule) => toWireRule(rule, arns)), ...next };
    }),
    ListEventBuses: operation(ListEventBuses, (asked) => {
      const listed = BUSES.filter((bus) => bus.startsWith(asked.NamePrefix));
      const { page, ...next } = toPage(listed, (bus) => bus, asked);
      return { EventBuses: page.map((Name) => ({ Name, Arn: arns.eventBus(Name) })), ...next };
    }),
  };
}

const testPattern = operation(TestEventPattern, ({ EventPattern, Event }) => {
  const event = readInput(TriedEvent, parseJson(Event));
  if (event.ok) return { Result: matchesEventPattern(parsePattern(EventPattern), JSON.parse(Event)) };
  const problems = describeIssues(event.issues, "it");
  throw new AwsError("ValidationException", `Event is not valid: ${problems}.`);
});

function toWireRule({ bus, name, patternText, enabled, description, ofContract }: Rule, arns: Arns) {
  return {
    Name: name,
    Arn: arns.rule(bus, name),
    EventBusName: bus,
    EventPattern: patternText,
    State: enabled ? "ENABLED" : "DISABLED",
    ...(description === null ? {} : { Description: description }),
    ...(ofContract ? { ManagedBy: "shared/contract/events.ts" } : {}),
  };
}

function parsePattern(text: string) {
  const pattern = parseJson(text);
  const issues =
    pattern === undefined ? [{ pointer: "", message: "is not JSON" }] : checkEventPattern(pattern);
  if (issues.length === 0) return z.record(z.string(), z.json()).parse(pattern);
  const reasons = issues.map(({ pointer, message }) => `${pointer} ${message}`.trimStart());
  throw new AwsError(
    "InvalidEventPatternException",
    `Event pattern is not valid. Reason: ${reasons.join("; ")}`,
  );
}

/** Returns undefined if the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
