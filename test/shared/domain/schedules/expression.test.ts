// Schedule expressions: AWS's documented forms are taken, and what is wrong is said with what to write instead.
import { describe, expect, it } from "vitest";
import { findExpressionFaults, normalizeExpression } from "../../../../shared/domain/schedules/expression.ts";

describe("an expression of AWS's documents", () => {
  it.each([
    "rate(1 minute)",
    "rate(5 minutes)",
    "rate(1 hour)",
    "rate(12 hours)",
    "rate(1 day)",
    "rate(365 days)",
    "cron(15 10 * * ? *)",
    "cron(0 18 ? * MON-FRI *)",
    "cron(0 8 1 * ? *)",
    "cron(0/15 * * * ? *)",
    "cron(0/10 * ? * MON-FRI *)",
    "cron(0/5 8-17 ? * MON-FRI *)",
    "cron(15 10 ? * 6L 2022-2023)",
    "cron(15 12 ? * 6L 2027)",
    "cron(0 9 ? * 3#2 *)",
    "cron(0 9 3W * ? *)",
    "cron(0 9 L * ? *)",
    "cron(0 9 ? * L *)",
    "cron(0 9 1,15 JAN,MAR,12 ? 2027,2028-2030)",
    "cron(1/10 * * * ? *)",
    "cron(0 9 1/5 * ? 2027/2)",
    "cron(0  9 ?\t* sun,wed *)",
  ])("is taken: %s", (expression) => {
    expect(findExpressionFaults(expression)).toEqual([]);
  });
});

describe("a wrong expression", () => {
  it.each([
    ["rate(0 minutes)", "at least rate(1 minute)"],
    ["rate(1 minutes)", "must be written rate(1 minute)"],
    ["rate(2 minute)", "must be written rate(2 minutes)"],
    ["rate(366 days)", "at most rate(365 days)"],
    ["rate(999999999 days)", "at most rate(365 days)"],
    ["rate(5 seconds)", "must be rate(VALUE UNIT)"],
    ["rate(-1 minutes)", "must be rate(VALUE UNIT)"],
    ["rate(1.5 hours)", "must be rate(VALUE UNIT)"],
    ["at(2027-01-01T00:00:00)", "must be rate(VALUE UNIT)"],
    ["30 9 * * *", "or cron(FIELDS)"],
    ["", "or cron(FIELDS)"],
    ["cron()", "has 1 fields, but needs six"],
    ["cron(30 9 * * *)", "has 5 fields, but needs six"],
    ["cron(0 30 9 * * ? *)", "has 7 fields, but needs six"],
    ["cron(0 9 * * * *)", "needs ? in exactly one of day of month and day of week"],
    ["cron(0 9 ? * ? *)", "needs ? in exactly one"],
    ["cron(0 9 1 * MON *)", "needs ? in exactly one"],
    ["cron(60 9 * * ? *)", "wrong minutes: values are 0 to 59"],
    ["cron(? 9 * * ? *)", "wrong minutes"],
    ["cron(*/0 9 * * ? *)", "wrong minutes"],
    ["cron(/15 9 * * ? *)", "wrong minutes"],
    ["cron(5-1 9 * * ? *)", "wrong minutes"],
    ["cron(1,,2 9 * * ? *)", "wrong minutes"],
    ["cron(0 24 * * ? *)", "wrong hours: values are 0 to 23"],
    ["cron(0 22-2 * * ? *)", "wrong hours"],
    ["cron(0 9 32 * ? *)", "wrong day of month"],
    ["cron(0 9 32W * ? *)", "wrong day of month"],
    ["cron(0 9 LW * ? *)", "wrong day of month"],
    ["cron(0 9 1,L * ? *)", "wrong day of month"],
    ["cron(0 9 1 13 ? *)", "wrong month: values are 1 to 12 or JAN to DEC"],
    ["cron(0 9 ? * 0 *)", "wrong day of week: values are 1 to 7 or SUN to SAT"],
    ["cron(0 9 ? * 3#6 *)", "wrong day of week"],
    ["cron(0 9 ? * 3#1,6#3 *)", "wrong day of week"],
    ["cron(0 9 ? * 3W *)", "wrong day of week"],
    ["cron(0 9 * * ? 1969)", "wrong year: values are 1970 to 2199"],
    ["cron(0 9 * * ? 2200)", "wrong year"],
  ])("%s says what is wanted", (expression, said) => {
    const faults = findExpressionFaults(expression);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(said);
  });

  it("names all its wrong fields at once", () => {
    expect(findExpressionFaults("cron(60 24 0 0 8 1)")).toHaveLength(7);
  });

  it("has no list of any length", () => {
    expect(findExpressionFaults(`cron(${"1,".repeat(1000)}1 9 * * ? *)`)).toHaveLength(1);
  });
});

it("AWS gets upper case and single spaces", () => {
  expect(normalizeExpression(" cron(0  9 ?\t* sun,wed *) ")).toBe("cron(0 9 ? * SUN,WED *)");
  expect(normalizeExpression("rate(5   minutes)")).toBe("rate(5 minutes)");
});
