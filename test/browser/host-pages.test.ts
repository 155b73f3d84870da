// What stands around the console: the local issuer's pages, the API reference and the widgets, in a real browser.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findViolations } from "./accessibility.ts";
import { retype, tabTo } from "./keyboard.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack(() => ({ status: 200 }));
});
afterAll(() => stack?.[Symbol.asyncDispose]());

const THEMES = ["light", "dark"] as const;
const NARROW = { viewport: { width: 360, height: 800 } };
const fits = async (page: Page) => Number(await page.evaluate("document.documentElement.scrollWidth")) <= 360;

/** The console's door leads to the issuer. */
async function openSignIn(options?: Parameters<Stack["open"]>[1]) {
  const visit = await stack.open("/console/reviews", options);
  await visit.page.getByRole("button", { name: "Sign in" }).click();
  await visit.page.getByRole("heading", { name: "Sign in to the local stack" }).waitFor();
  return visit;
}

describe.each(THEMES)("in %s colours", (colorScheme) => {
  it("the sign-in page has no violation, also with something wrong in it", async () => {
    const { page, complaints } = await openSignIn({ colorScheme });
    expect(await findViolations(page)).toEqual([]);
    await page.getByLabel("Groups").fill("team:payments:boss");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("gives no role").waitFor();
    expect([await findViolations(page), complaints]).toEqual([[], []]);
  });

  it("the way out has no violation", async () => {
    const { page, complaints } = await stack.visit("ana", "/", { colorScheme });
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign out of the local stack?" }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(/\/console\/signed-out$/);
    expect(complaints).toEqual([]);
  });

  it("the API reference has no violation, and the browser no complaint", async () => {
    const { page, complaints } = await stack.open("/docs#?route=get-/me", { colorScheme });
    await page.getByText("Get who you are").first().waitFor();
    await page.getByRole("button", { name: "Sign in to try it" }).waitFor();
    expect([complaints, await findViolations(page)]).toEqual([[], []]);
  });

  it("the widgets have no violation, with names that want to be more than text", async () => {
    const name = `<img src=x onerror="document.title='taken'">\u202e${colorScheme}`;
    const { ana } = stack.callers;
    const body = { teamId: "payments", name, description: name, webhookUrl: `${stack.receiver.url}/x` };
    const { id } = await ana.createRunbook({ body });
    await ana.requestReview({ runbookId: id, body: { version: 1 } });
    const { page, complaints } = await stack.open("/console/widgets", { colorScheme });
    expect(await page.getByRole("cell", { name: "<img src=x" }).count()).toBeGreaterThan(0);
    expect(await page.title()).toBe("Widgets · Runbooks, local");
    expect([complaints, await findViolations(page)]).toEqual([[], []]);
  });
});

describe("on a screen of 360 pixels", () => {
  it("the sign-in page fits", async () => {
    expect(await fits((await openSignIn(NARROW)).page)).toBe(true);
  });

  it.each(["/console/widgets", "/docs"])("%s fits", async (path) => {
    const { page } = await stack.open(path, NARROW);
    await page.waitForLoadState("networkidle");
    expect(await fits(page)).toBe(true);
  });
});

describe("by keyboard alone", () => {
  it("one of the people signs in, and is where the sign-in began", async () => {
    const { page } = await openSignIn();
    await tabTo(page, /^boss/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/console\/reviews$/);
    await page.getByText("boss").first().waitFor();
  });

  it("somebody else signs in, after what was wrong is put right where it is", async () => {
    const { page } = await openSignIn();
    await tabTo(page, "Name");
    await page.keyboard.insertText("zoe");
    await tabTo(page, "Groups");
    await page.keyboard.insertText("team:search:chef");
    await page.keyboard.press("Enter");
    await page.getByText("gives no role").waitFor();
    // The field that is wrong has the focus.
    await page.locator("#groups:focus").waitFor();
    await retype(page, "team:search:responder");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/console\/reviews$/);
    await page.getByText("zoe").first().waitFor();
  });

  it("signs out", async () => {
    const { page } = await stack.visit("rob", "/");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign out of the local stack?" }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/console\/signed-out$/);
  });
});

describe("the API reference", () => {
  it("sends what somebody tries as the person that signs in there", async () => {
    const { page, complaints } = await stack.open("/docs#?route=get-/me");
    await page.getByRole("button", { name: "Sign in to try it" }).click();
    await page.getByRole("button", { name: /^olga / }).click();
    await page.getByText("Signed in: requests that you try are sent as you.").waitFor();
    expect(new URL(page.url()).search).toBe("");
    await page.goto(`${stack.api}/docs#?route=get-/me`);
    await page.getByRole("button", { name: "Execute" }).first().click();
    await page.getByText('"olga"').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it("keeps no token in the browser's storage", async () => {
    const { page } = await stack.open("/docs");
    await page.getByRole("button", { name: "Sign in to try it" }).click();
    await page.getByRole("button", { name: /^olga / }).click();
    await page.getByText("Signed in: requests").waitFor();
    const stored = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])";
    expect(await page.evaluate(stored)).not.toMatch(/eyJ/);
  });
});
