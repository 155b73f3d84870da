// Numbers in paths and queries: read strictly, and refused with the accepted range.
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { listDocumentedErrors, paging, type Route, VersionText } from "../../../shared/contract/route.ts";
import { ROUTES } from "../../../shared/contract/routes.ts";

const Paging = z.strictObject(paging);
const WRONG = ["0", "-1", "101", "1.5", "1e1", "01", " 5", "5 ", "", "abc", "١", "9".repeat(400), "NaN"];

describe("the limit of a list", () => {
  it.each(["1", "20", "99", "100"])("may be %s", (limit) => {
    expect(Paging.parse({ limit })).toEqual({ limit: Number(limit) });
  });

  it("is 20 where none is given", () => {
    expect(Paging.parse({})).toEqual({ limit: 20 });
  });

  it.each(WRONG)("may not be %j", (limit) => {
    const { issues } = Paging.safeParse({ limit }).error ?? { issues: [] };
    expect(issues.map(({ path, message }) => ({ path, message }))).toEqual([
      { path: ["limit"], message: "must be a whole number from 1 to 100" },
    ]);
  });
});

it.each(["1", "999999999"])("a version may be %s", (text) => {
  expect(VersionText.parse(text)).toBe(Number(text));
});

it.each(["0", "1000000000", "1.0", "v1"])("a version may not be %s", (text) => {
  expect(VersionText.safeParse(text).error?.issues[0]?.message).toBe("must be a version number");
});

it.each(Object.entries<Route>(ROUTES))(
  "%s names no code that it has as every route of its kind",
  (_name, route) => {
    const { errors = [], ...kind } = route;
    const common = listDocumentedErrors(kind);
    expect(errors.filter((code) => common.includes(code))).toEqual([]);
  },
);
