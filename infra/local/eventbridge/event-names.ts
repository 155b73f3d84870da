// Names of buses and rules in requests, and lookups by these names.
import * as z from "zod";
import { BUS } from "../../../shared/contract/events.ts";
import { AwsError } from "../platform/errors.ts";
import type { Rule, Rules } from "./rules.ts";

export const BUSES: readonly string[] = [BUS, "default"];

const NAME = /^[.\-_A-Za-z0-9]{1,64}$/;
export const ruleName = z
  .string()
  .regex(NAME, "must be 1 to 64 letters, digits, dots, hyphens or underscores");
/** A bus name or a bus ARN. */
export const busName = z
  .string()
  .default("default")
  .transform((given) => {
    const bus = given.slice(given.lastIndexOf("/") + 1);
    if (BUSES.includes(bus)) return bus;
    throw new AwsError("ResourceNotFoundException", `Event bus ${bus} does not exist.`);
  });

export function requireRule(rules: Rules, bus: string, name: string): Rule {
  const rule = rules.find(bus, name);
  if (rule !== undefined) return rule;
  throw new AwsError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus ${bus}.`);
}

/** Returns the rule. Throws if it is one of the contract's rules, which cannot be changed. */
export function requireChangeable(rule: Rule): Rule {
  if (!rule.ofContract) return rule;
  throw new AwsError(
    "ManagedRuleException",
    `Rule ${rule.name} is the service's own (shared/contract/events.ts): it cannot be changed here.`,
  );
}
