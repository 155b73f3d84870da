// The operations on EventBridge's buses and rules.
import * as z from "zod";
import { matchesEventPattern } from "../../shared/domain/event-pattern.ts";
import { checkEventPattern } from "../../shared/domain/event-pattern-check.ts";
import type { Arns } from "./arns.ts";
import { type Operation, operation } from "./aws-endpoint.ts";
import { ServiceError } from "./errors.ts";
import { BUSES, busName, changeable, ruleAt, ruleName } from "./event-names.ts";
import { offered } from "./offered.ts";
import { pageOf, paging } from "./paging.ts";
import type { Rule, Rules } from "./rules.ts";

const Pattern = z.string().max(4096);
const PutRule = offered({
  Name: ruleName,
  EventBusName: busName,
  EventPattern: Pattern,
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  Description: z.string().max(512).optional(),
});
const OneRule = offered({ Name: ruleName, EventBusName: busName });
const DeleteRule = offered({ ...OneRule.shape, Force: z.boolean().optional() });
const ListRules = offered({ EventBusName: busName, NamePrefix: z.string().default(""), ...paging });
const ListEventBuses = offered({ NamePrefix: z.string().default(""), ...paging });
const TestEventPattern = offered({ EventPattern: Pattern, Event: z.string() });
/** What EventBridge asks of an event that a pattern is tried on. */
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
  const enable = (enabled: boolean) =>
    operation(OneRule, ({ Name, EventBusName }) => {
      rules.put({ ...changeable(ruleAt(rules, EventBusName, Name)), enabled });
    });
  return {
    PutRule: operation(PutRule, ({ Name: name, EventBusName: bus, EventPattern, State, Description }) => {
      patternIn(EventPattern);
      const before = rules.find(bus, name);
      if (before) changeable(before);
      const enabled = State === "ENABLED";
      const description = Description ?? null;
      const targets = before?.targets ?? {};
      rules.put({ bus, name, patternText: EventPattern, enabled, description, targets, ofContract: false });
      return { RuleArn: arns.rule(bus, name) };
    }),
    DeleteRule: operation(DeleteRule, ({ Name, EventBusName }) => {
      const rule = rules.find(EventBusName, Name);
      if (rule === undefined) return;
      if (Object.keys(changeable(rule).targets).length > 0) {
        throw new ServiceError("ValidationException", "Rule can't be deleted since it has targets.");
      }
      rules.remove(EventBusName, Name);
    }),
    DescribeRule: operation(OneRule, ({ Name, EventBusName }) =>
      onTheWire(ruleAt(rules, EventBusName, Name), arns),
    ),
    EnableRule: enable(true),
    DisableRule: enable(false),
    ListRules: operation(ListRules, (asked) => {
      const listed = rules.ofBus(asked.EventBusName).filter((rule) => rule.name.startsWith(asked.NamePrefix));
      const { page, ...next } = pageOf(listed, (rule) => rule.name, asked);
      return { Rules: page.map((rule) => onTheWire(rule, arns)), ...next };
    }),
    ListEventBuses: operation(ListEventBuses, (asked) => {
      const listed = BUSES.filter((bus) => bus.startsWith(asked.NamePrefix));
      const { page, ...next } = pageOf(listed, (bus) => bus, asked);
      return { EventBuses: page.map((Name) => ({ Name, Arn: arns.eventBus(Name) })), ...next };
    }),
    TestEventPattern: operation(TestEventPattern, ({ EventPattern, Event }) => {
      const event = TriedEvent.safeParse(jsonIn(Event));
      if (event.success) return { Result: matchesEventPattern(patternIn(EventPattern), JSON.parse(Event)) };
      throw new ServiceError("ValidationException", `Event is not valid. ${z.prettifyError(event.error)}`);
    }),
  };
}

function onTheWire({ bus, name, patternText, enabled, description, ofContract }: Rule, arns: Arns) {
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

function patternIn(text: string) {
  const pattern = jsonIn(text);
  const issues =
    pattern === undefined ? [{ pointer: "", message: "is not JSON" }] : checkEventPattern(pattern);
  if (issues.length === 0) return z.record(z.string(), z.json()).parse(pattern);
  const reasons = issues.map(({ pointer, message }) => `${pointer} ${message}`.trimStart());
  throw new ServiceError(
    "InvalidEventPatternException",
    `Event pattern is not valid. Reason: ${reasons.join("; ")}`,
  );
}

/** Undefined: it is not JSON. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
