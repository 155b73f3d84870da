// A definition that is large or means harm: a template of 64 KB, markup, and characters that turn around what is read.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { restartService } from "./definitions.ts";
import { type Stack, startStack } from "./stack.ts";

const SCRIPT = `<img src=x onerror="document.title = 'taken over'">`;
const RTL = "photo_\u202egnp.exe\u202c a\u200bb";
const LONG_LINE = "x".repeat(16_384);
const TEMPLATE = JSON.stringify({
  ...{ service: "{{params.service}}", markup: SCRIPT, turned: RTL, line: LONG_LINE },
  lines: Array.from({ length: 900 }, (_, index) => `Line ${index} of a very long template`),
});

const withoutCases = ({ cases: _cases, ...definition }: ReturnType<typeof restartService>) => definition;

let stack: Stack;
let hostile = "";

beforeAll(async () => {
  stack = await startStack(() => ({}));
  const { ana, boss } = stack.callers;
  const body = {
    ...withoutCases(restartService(stack.receiver.url)),
    ...{ name: `Restart ${SCRIPT}`, description: `${SCRIPT} ${RTL}`, payloadTemplate: TEMPLATE },
  };
  const { id, version } = await ana.createRunbook({ body });
  await boss.approveRunbook({ runbookId: id, body: { version, note: `${SCRIPT} ${RTL}` } });
  await ana.updateRunbook({
    runbookId: id,
    body: { payloadTemplate: TEMPLATE.replace("Line 450", "Line 451"), changeNote: `${SCRIPT} ${RTL}` },
  });
  hostile = id;
});
afterAll(() => stack?.[Symbol.asyncDispose]());

const PAGES = ["", "?tab=versions&compare=3", "/review"];

describe("a definition of 64 KB with markup and invisible characters", () => {
  it.each(PAGES)("runs nowhere, and is as wide as the screen (%s)", async (path) => {
    const { page, complaints } = await stack.visit("boss", `/runbooks/${hostile}${path}`, {
      viewport: { width: 360, height: 800 },
    });
    await page.locator(".code, .diff").first().waitFor();
    expect(await page.locator("#page").innerText()).toContain("U+202E");
    expect(await page.locator("#page img, #page script").count()).toBe(0);
    expect(await page.title()).toContain("onerror");
    expect(await page.title()).not.toBe("taken over");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(complaints).toEqual([]);
  });

  it("is cut with a sign, and whole at a click", async () => {
    const { page } = await stack.visit("boss", `/runbooks/${hostile}`);
    await page.getByText(/^Shown: 6,000 of \d\d,\d{3} characters$/).waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    expect((await page.locator(".code pre").innerText()).length).toBeGreaterThan(TEMPLATE.length - 10);
  });

  it("is edited, with its errors at their place, and rendered beside it", async () => {
    const { page, complaints } = await stack.visit("ana", `/runbooks/${hostile}/edit`);
    const body = page.getByRole("textbox", { name: "Template of the body" });
    await body.click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("{{params.nobody}}");
    await page.getByText(/^Line 1, column \d+: .*nobody/).waitFor();
    expect(await page.title()).not.toBe("taken over");
    expect(complaints).toEqual([]);
  });
});
