// The environment is parsed once for each text of a variable, and every bad variable is named.
import { expect, it } from "vitest";
import { readApprovalsRequired, readApprovalValidDays } from "../../../shared/contract/approval-options.ts";
import { readEnvironment } from "../../../shared/contract/env.ts";

it("a variable is parsed once, and again when its text has changed", () => {
  const read = (KNOWN_TEAMS: string) => readEnvironment(["KNOWN_TEAMS"], { KNOWN_TEAMS }).KNOWN_TEAMS;
  const first = read("payments, search");
  expect(first).toEqual(["payments", "search"]);
  expect(read("payments, search")).toBe(first);
  expect(read("web")).toEqual(["web"]);
  expect(read("payments, search")).toEqual(first);
});

it("a list that everybody shares cannot be changed", () => {
  const { WEBHOOK_PORTS } = readEnvironment(["WEBHOOK_PORTS"], { WEBHOOK_PORTS: "8443" });
  expect(() => WEBHOOK_PORTS.push("22")).toThrow(TypeError);
  expect(readEnvironment(["WEBHOOK_PORTS"], { WEBHOOK_PORTS: "8443" })).toEqual({ WEBHOOK_PORTS: ["8443"] });
});

it("a variable that is not set has its default, and one without a default is named", () => {
  expect(readEnvironment(["FOUR_EYES", "GROUPS_CLAIM"], {})).toEqual({
    FOUR_EYES: false,
    GROUPS_CLAIM: "cognito:groups",
  });
  expect(() => readEnvironment(["TABLE_NAME", "FOUR_EYES"], {})).toThrow(/^Bad environment: TABLE_NAME /);
});

it("every invalid variable is named, after any earlier read", () => {
  readEnvironment(["FOUR_EYES"], { FOUR_EYES: "true" });
  const wrong = { FOUR_EYES: "yes", KNOWN_TEAMS: "a b" };
  expect(() => readEnvironment(["FOUR_EYES", "KNOWN_TEAMS"], wrong)).toThrow(
    /^Bad environment: FOUR_EYES .+; KNOWN_TEAMS must be team ids/,
  );
  expect(() => readEnvironment(["FOUR_EYES"], wrong)).toThrow("FOUR_EYES");
});

it("a risk that is not named needs one approval, and white space counts for nothing", () => {
  const read = (text: string | undefined) =>
    readApprovalsRequired(
      readEnvironment(["APPROVALS_REQUIRED"], { APPROVALS_REQUIRED: text }).APPROVALS_REQUIRED,
    );
  expect(read(undefined)).toEqual({ low: 1, medium: 1, high: 1 });
  expect(read("high=2")).toEqual({ low: 1, medium: 1, high: 2 });
  expect(read(" medium=2 , high=3 ")).toEqual({ low: 1, medium: 2, high: 3 });
  for (const wrong of ["high", "high=0", "high=two", "high=2,", "low=1 high=2", "HIGH=2"])
    expect(() => read(wrong), wrong).toThrow(/APPROVALS_REQUIRED/);
});

it("an approval holds for ever where no days are named, and for ten years at most", () => {
  const read = (text: string | undefined) =>
    readApprovalValidDays(
      readEnvironment(["APPROVAL_VALID_DAYS"], { APPROVAL_VALID_DAYS: text }).APPROVAL_VALID_DAYS,
    );
  expect(read(undefined)).toEqual({ low: 0, medium: 0, high: 0 });
  expect(read(" high=90 , low=3650 ")).toEqual({ low: 3650, medium: 0, high: 90 });
  for (const days of [0, 1, 9, 10, 99, 100, 999, 1000, 2999, 3000, 3599, 3600, 3649, 3650])
    expect(read(`medium=${days}`).medium).toBe(days);
  for (const wrong of ["3651", "3660", "3700", "4000", "10000", "-1", "1.5", "", "year"])
    expect(() => read(`high=${wrong}`), wrong).toThrow(/APPROVAL_VALID_DAYS.*from 0 to 3650/);
});
