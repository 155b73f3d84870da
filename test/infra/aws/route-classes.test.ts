// A class of routes is one function: its role is what its routes need together, and a further route costs next to nothing.
import { describe, expect, it } from "vitest";
import { CLASS_NAMES, functionOfClass } from "../../../shared/contract/function-names.ts";
import { PAGE_ROUTES } from "../../../shared/contract/pages.ts";
import { classOf, routesOfClass } from "../../../shared/contract/route-classes.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../../../shared/contract/unknown-route.ts";
import { rowStatements } from "../../support/rows.ts";
import { Facts, list, type Statement } from "../../support/template.ts";

const facts = new Facts();

/** CloudFormation's limit is 500. Whatever the stack has for each route is what makes it grow. */
const MOST_RESOURCES = 300;
/** Logs Insights searches at most 50 log groups at a time. */
const MOST_LOG_GROUPS = 30;

/** Each right of a policy by itself: action, and the keys, indexes or contexts that it is for. */
function rightsIn(statements: readonly Statement[]): string[] {
  const rights = statements.flatMap(({ Action, Resource, Condition }) =>
    list(Action).flatMap((action) => {
      const indexes = list(Resource).flatMap(
        (one) => JSON.stringify(one).match(/\/index\/([^"]+)/)?.[1] ?? [],
      );
      const keys = list(Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? []);
      const purposes = list(Condition?.["StringEquals"]?.["kms:EncryptionContext:purpose"] ?? []);
      const on =
        indexes.length > 0
          ? indexes.flatMap((index) => keys.map((key) => `${index} ${key}`))
          : [...keys, ...purposes];
      return on.length > 0 ? on.map((one) => `${action} ${one}`) : [action];
    }),
  );
  return [...new Set(rights)].sort();
}

/** Every function writes its log and its traces. */
const isOfEveryFunction = (right: string) => /^logs:/.test(right);
const rightsOfRole = (name: (typeof CLASS_NAMES)[number]) =>
  rightsIn(facts.grants(functionOfClass(name))).filter((right) => !isOfEveryFunction(right));
const writes = (right: string) => /^(dynamodb:(Put|Update)Item|kms|states|lambda):?/.test(right);

describe.each(CLASS_NAMES)("the class %s", (name) => {
  const rows = routesOfClass(name).map((route) => ({ route, rights: rightsIn(rowStatements(route.name)) }));

  it("may do what its routes need, all together, and nothing else", () => {
    expect(rightsOfRole(name)).toEqual([...new Set(rows.flatMap(({ rights }) => rights))].sort());
  });

  it("differs from every other class in what it may do", () => {
    const same = CLASS_NAMES.filter((other) => other !== name).filter((other) => {
      const rights = new Set(rightsOfRole(other));
      return rightsOfRole(name).every((right) => rights.has(right));
    });
    expect(same, `${name} could be part of one of these`).toEqual([]);
  });
});

describe("routes", () => {
  it("are each of exactly one class", () => {
    const all = CLASS_NAMES.flatMap((name) => routesOfClass(name).map((route) => route.name));
    expect(all.sort()).toEqual([...ALL_ROUTES.map(([name]) => name), UNKNOWN_ROUTE.name].sort());
  });

  it.each(ALL_ROUTES)("%s writes nothing exactly if its class does not", (name, route) => {
    if (route.access === "public") return;
    const writing = rightsIn(rowStatements(name)).filter(writes);
    expect({ name, reads: writing.length === 0 }).toEqual({ name, reads: classOf(route) === "read" });
  });
});

describe("the stack", () => {
  it("has one resource for each route, and room for more", () => {
    const types = Object.values(facts.resources).map(({ Type }) => Type);
    const ofRoutes = types.filter((type) => type === "AWS::ApiGatewayV2::Route");
    expect(ofRoutes).toHaveLength(ALL_ROUTES.length + PAGE_ROUTES.length + 1);
    expect(types.length).toBeLessThanOrEqual(MOST_RESOURCES);
  });

  it("logs to fewer groups than Logs Insights searches at a time", () => {
    expect(facts.all("AWS::Logs::LogGroup").length).toBeLessThanOrEqual(MOST_LOG_GROUPS);
  });
});
