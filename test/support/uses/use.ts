// What a use of a deployment option is: a value, the options that it needs, and the facts of the template that show it.
import { expect } from "vitest";
import type { Facts } from "../template.ts";

export type Given = Readonly<Record<string, unknown>>;
export type Kind = "http" | "rest" | "private";
export type Use = {
  /** The kinds of API that can have it; all of them if it is left out. */
  of?: readonly [Kind, ...Kind[]];
  /** Other than the default. */
  value: unknown;
  /** Options without which this one means nothing. */
  needs?: Given;
  /** Holds for this option alone, and for all together. */
  shows: (facts: Facts) => void;
};

/** A use that is a variable of a function. `text`: where the variable is spelled otherwise than the option. */
export const asVariable = (
  functionName: string,
  name: string,
  value: unknown,
  { needs = {}, text = String(value) }: { needs?: Given; text?: string } = {},
): Use => ({ value, needs, shows: (facts) => expect(facts.variable(functionName, name)).toBe(text) });

/** An ARN of the account and the Region that all uses are of. */
export const arnOf = (service: string, what: string) =>
  `arn:aws:${service}:eu-central-1:111122223333:${what}`;

/** An address of its own. */
export const DOMAIN = {
  domainName: "runbooks.bank.example",
  certificateArn: arnOf("acm", "certificate/one"),
};

/** Each kind of API as it can be with the console, which a REST API shows at a domain alone. */
export const KINDS: Readonly<Record<Kind, Given>> = {
  http: { apiKind: "http" },
  rest: { apiKind: "rest", ...DOMAIN },
  private: { apiKind: "private", ...DOMAIN, vpcEndpointIds: "vpce-0a1b,vpce-0c2d" },
};

/** An issuer of the deployment's own, in place of the stack's pool. */
export const ISSUER = { oidcIssuer: "https://id.example.com/realms/a", oidcAudience: "runbooks,tools" };
