// The pages about runbooks, with much and with nothing to show, in both themes and at every width.
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findViolations } from "./accessibility.ts";
import { type Stack, startStack } from "./stack.ts";
import { FAILING, fillWorld, type World } from "./world.ts";

const answer = ({ body }: { body: string }) => ({
  status: body.includes(FAILING) ? 503 : 200,
  body: '{"ok": true}',
});

/** Name → address, in a world that has all of these. */
const PAGES: Readonly<Record<string, (world: World) => string>> = {
  Runbooks: () => "/",
  "Runbooks that fit nothing": () => "/?q=nothing-is-called-so",
  "New runbook": () => "/runbooks/new",
  Reviews: () => "/reviews",
  Runbook: ({ restart }) => `/runbooks/${restart}`,
  "Runbook in use no longer": ({ reboot }) => `/runbooks/${reboot}`,
  "Runbook's versions": ({ restart }) => `/runbooks/${restart}?tab=versions&compare=3`,
  "Runbook's automations": ({ restart }) => `/runbooks/${restart}?tab=automations`,
  "Runbook's runs": ({ restart }) => `/runbooks/${restart}?tab=runs`,
  "Runbook that never ran": ({ failover }) => `/runbooks/${failover}?tab=runs`,
  Review: ({ restart }) => `/runbooks/${restart}/review`,
  "Review of what is all new": ({ purge }) => `/runbooks/${purge}/review`,
  Edit: ({ failover }) => `/runbooks/${failover}/edit`,
  "No such page": () => "/nowhere",
  "No such runbook": () => "/runbooks/runbook_00000000000000000000000000",
};
const EMPTY = ["/", "/reviews"];

let stack: Stack;
let world: World;
const contexts = new Map<string, { context: BrowserContext; page: Page; complaints: string[] }>();

/** One visit for each theme and width: the issuer remembers who is there. */
async function visitAs(theme: "light" | "dark", width: number) {
  const key = `${theme} ${width}`;
  const known = contexts.get(key);
  if (known) return known;
  const options = { colorScheme: theme, viewport: { width, height: 900 } };
  const { page, complaints } = await stack.visit("boss", "/", options);
  const visit = { context: page.context(), page, complaints };
  contexts.set(key, visit);
  return visit;
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(`${stack.api}/console${path}`);
  await page.locator("#page h1, #page h2").first().waitFor();
  await page.waitForLoadState("networkidle");
}

beforeAll(async () => {
  stack = await startStack(answer);
});
afterAll(() => stack?.[Symbol.asyncDispose]());

describe("with nothing to show", () => {
  it.each(EMPTY)("%s says so, and what to do", async (path) => {
    const { page, complaints } = await visitAs("light", 1280);
    await open(page, path);
    expect(await page.locator("#page").innerText()).not.toMatch(/undefined|NaN|\[object/);
    expect([complaints, await findViolations(page)]).toEqual([[], []]);
  });
});

describe("with much to show", () => {
  beforeAll(async () => {
    world = await fillWorld(stack.callers, stack.receiver.url);
  });

  const all = Object.entries(PAGES).map(([name, to]) => ({ name, to }));
  describe.each(["light", "dark"] as const)("in %s colours", (theme) => {
    it.each(all)("$name has no violation, and the browser no complaint", async ({ to }) => {
      const { page, complaints } = await visitAs(theme, 1280);
      await open(page, to(world));
      expect(await page.locator("#page").innerText()).not.toMatch(/undefined|NaN|\[object/);
      expect([complaints, await findViolations(page)]).toEqual([[], []]);
    });
  });

  it.each(all)("$name fits a screen of 360 pixels", async ({ to }) => {
    const { page } = await visitAs("dark", 360);
    await open(page, to(world));
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  });
});
