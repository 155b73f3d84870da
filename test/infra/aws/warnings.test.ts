// Synthesis says what a deployment should know that it has chosen, and builds the stack all the same.
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { expect, it } from "vitest";
import { buildStack } from "../../support/template.ts";

const ANY = Match.anyValue();
const warningsOf = (options: Record<string, unknown>) =>
  Annotations.fromStack(buildStack(options))
    .findWarning("*", ANY)
    .map(({ entry }) => String(entry.data))
    .filter((text) => text.includes("fourEyes"));

it.each([
  ["off by default", {}],
  ["off by choice", { fourEyes: "false" }],
])("warns once of self-approval where fourEyes is %s, and says what to set", (_, options) => {
  const warnings = warningsOf(options);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/alone.*Set fourEyes=true.*runbooks:four-eyes-off/);
});

it("does not warn of self-approval where fourEyes is on", () => {
  expect(warningsOf({ fourEyes: "true" })).toEqual([]);
});
