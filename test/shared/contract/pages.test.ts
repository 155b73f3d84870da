// The pages are data: each path belongs to one page, and no route of the API has it.
import { expect, it } from "vitest";
import {
  findPage,
  PAGE_ROUTES,
  REDIRECT_PATHS,
  SIGNED_IN_PATH,
  SIGNED_OUT_PATH,
} from "../../../shared/contract/pages.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";

it.each([
  ["/console", "console"],
  ["/console/a", "console"],
  ["/console/a/b.c", "console"],
  ["/console//", "console"],
  [SIGNED_IN_PATH, "console"],
  [SIGNED_OUT_PATH, "console"],
  ["/docs", "reference"],
  ["/docs/x", null],
  ["/console/", null],
  ["/consoles", null],
  ["/CONSOLE", null],
  ["/", null],
])("%s is of the page %s", (path, page) => {
  expect(findPage(path)).toBe(page);
});

it("all that a sign-in leads back to are pages", () => {
  for (const path of [...REDIRECT_PATHS, SIGNED_OUT_PATH]) expect(findPage(path)).not.toBeNull();
});

it("none has a path of the API, or ends with a slash", () => {
  const taken = new Set(ALL_ROUTES.map(([, { path }]) => path.split("/")[1]));
  for (const { path } of PAGE_ROUTES) {
    expect(taken.has(path.split("/")[1] ?? "")).toBe(false);
    expect(path).not.toMatch(/\/$/);
  }
});
