// Options that contradict each other, would fail at AWS or would mean nothing alone are refused by name, whatever is given.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refusalsOf } from "../../support/refusals.ts";
import { anyOptions, NAMES } from "../../support/uses/any-options.ts";
import { arnOf, DOMAIN, type Given, KINDS } from "../../support/uses/use.ts";
import { USES } from "../../support/uses/uses.ts";

const elsewhere = (service: string, what: string) => `arn:aws:${service}:us-east-1:111122223333:${what}`;

describe("the place of the stack", () => {
  const rest = { ...KINDS.rest, webAclArn: arnOf("wafv2", "regional/webacl/door/1") };
  it.each<[what: string, context: Given, line: RegExp]>([
    [
      "a web ACL of another Region",
      { ...rest, webAclArn: elsewhere("wafv2", "regional/webacl/door/1") },
      /^webAclArn is of Region us-east-1, and certificateArn is of Region eu-central-1: give one of the stack's Region/,
    ],
    [
      "a key of another Region",
      { ...rest, customerKeyArn: elsewhere("kms", "key/1") },
      /^customerKeyArn is of Region us-east-1/,
    ],
    [
      "a topic of another Region",
      { ...rest, alarmTopicArn: elsewhere("sns", "a") },
      /^alarmTopicArn is of Region us-east-1/,
    ],
    [
      "a table of another account",
      { ...rest, tableStreamArn: arnOf("dynamodb", "table/abc/stream/1").replace("1111", "9999") },
      /^tableStreamArn is of account 999922223333, and certificateArn is of account 111122223333/,
    ],
    [
      "a role of another account",
      { ...rest, backupPlan: "daily=1", backupRoleArn: "arn:aws:iam::999922223333:role/b" },
      /^backupRoleArn is of account/,
    ],
    [
      "a certificate of China",
      { ...rest, backupPlan: "daily=1", backupRoleArn: "arn:aws-cn:iam::111122223333:role/b" },
      /^backupRoleArn is of partition aws-cn, and certificateArn is of partition aws/,
    ],
  ])("has not %s", (_what, context, line) => {
    expect(refusalsOf(context)).toEqual([expect.stringMatching(line)]);
  });

  it("may have topics, keys and secrets of another account", () => {
    const other = (service: string, what: string) => arnOf(service, what).replace("1111", "9999");
    const given = { ...rest, alarmTopicArn: other("sns", "a"), customerKeyArn: other("kms", "key/1") };
    expect(refusalsOf(given)).toEqual([]);
  });

  it("is that of AWS_REGION, where it is set", () => {
    expect(refusalsOf(DOMAIN, "eu-central-1")).toEqual([]);
    expect(refusalsOf(DOMAIN, "us-east-1")).toEqual([
      expect.stringMatching(
        /^certificateArn is of Region eu-central-1, and AWS_REGION is us-east-1: give one/,
      ),
    ]);
  });
});

/** What shows an option only together with another. */
const NEEDY = USES.filter(
  ([, { of, needs = {} }]) => of?.includes("http") === false || Object.keys(needs).length > 0,
);

describe("an option that needs another", () => {
  it.each(NEEDY)("is refused by its name alone: %s", (name, { value, needs = {} }) => {
    const lines = refusalsOf({ [name]: value });
    expect(lines).not.toEqual([]);
    const known = [name, ...Object.keys(needs), "oidcAudience", "consoleSignIn"];
    for (const line of lines) expect(known).toContain(line.split(" ")[0]);
  });
});

describe("whatever is given", () => {
  it("is taken, or refused with lines that each begin with an option, never with anything else", () => {
    fc.assert(
      fc.property(anyOptions, (given) => {
        for (const line of refusalsOf(given)) {
          expect(NAMES).toContain(line.split(" ")[0]);
          expect(line.split(" (given: ")[0]).not.toMatch(/undefined|\[object|Invalid|expected/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
