// What comes from outside is text: nothing of it runs, hides, turns around, or is cut without a sign.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "./stack.ts";

const SCRIPT = `<script>document.title = "taken over"</script><img src=x onerror="document.title = 'taken over'">`;
const TAG = "<script>document.title=1</script>";
const RTL = "photo_\u202egnp.exe\u202c a\u200bb \u05d0\u05d1\u05d2";
const KEPT_BYTES = 16 * 1024;

let stack: Stack;
let fifty = "";
let run = "";

const properties = Object.fromEntries(
  Array.from({ length: 50 }, (_, index) => [
    `field${index}`,
    [
      { type: "string", title: `Field ${index} ${TAG}`, maxLength: 500 },
      {
        type: "string",
        oneOf: [
          { const: "a", title: RTL },
          { const: "b", title: "plain" },
        ],
      },
      { type: "array", items: { type: "string", enum: ["x", "y"] } },
      { type: "boolean", default: true },
      { type: "integer", minimum: 0, maximum: 100, description: RTL },
    ][index % 5],
  ]),
);

beforeAll(async () => {
  stack = await startStack(() => ({
    headers: { "content-type": "text/html", etag: `"${SCRIPT}"` },
    body: `${SCRIPT}${RTL}${"A".repeat(KEPT_BYTES)}`,
  }));
  const { ana, boss, rob } = stack.callers;
  const body = {
    ...{ teamId: "payments", name: `Fifty ${RTL}`, description: SCRIPT },
    ...{ webhookUrl: `${stack.receiver.url}/fifty`, payloadTemplate: '{"a": {{json params.field0}}}' },
    parameters: JSON.parse(JSON.stringify({ type: "object", properties })),
  };
  const { id, version } = await ana.createRunbook({ body });
  await boss.approveRunbook({ runbookId: id, body: { version } });
  fifty = id;
  const started = await rob.startExecution({
    runbookId: id,
    body: { parameters: { field0: `${SCRIPT}${RTL}${"long ".repeat(70)}` } },
  });
  run = started.id;
  await rob.waitForEnd(run);
});

afterAll(() => stack?.[Symbol.asyncDispose]());

describe("an answer with markup, one line of 16 KB, and characters that nobody sees", () => {
  it("is shown as the text that it is, and what was cut is said", async () => {
    const { page, complaints } = await stack.visit("rob", `/executions/${run}`);
    const answer = page.locator("section", { has: page.getByRole("heading", { name: "Last answer" }) });
    await answer.locator("pre").waitFor();
    const text = await answer.locator("pre").innerText();
    expect(text).toContain(SCRIPT);
    expect(text).toContain("photo_U+202Egnp.exeU+202C aU+200Bb");
    await answer.getByText("Only the beginning of it is kept: 16 KiB of").waitFor();
    await answer.getByText(/^Shown: 6,000 of 16,\d+ characters$/).waitFor();
    await answer.getByRole("button", { name: "Show all" }).click();
    expect((await answer.locator("pre").innerText()).length).toBeGreaterThan(KEPT_BYTES - 100);
    expect(await page.title()).not.toContain("taken over");
    expect(await page.locator("#page script, #page img").count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
    expect(complaints).toEqual([]);
  });

  it("shows a long parameter in part, with its length, and whole when asked", async () => {
    const { page } = await stack.visit("rob", `/executions/${run}`);
    const summary = page.locator("summary", { hasText: "characters)" });
    await summary.waitFor();
    const whole = page.locator(".value", { hasText: "long long long" });
    expect(await whole.count()).toBe(0);
    await summary.click();
    expect((await whole.innerText()).match(/long/g)).toHaveLength(70);
  });
});

describe("a form of 50 parameters", () => {
  it("has a named field for each, and choices whose direction nobody can turn", async () => {
    const { page, complaints } = await stack.visit("rob", `/runbooks/${fifty}/run`, {
      viewport: { width: 360, height: 800 },
    });
    await page.getByRole("button", { name: "Run …" }).waitFor();
    const fields = page.locator(".fields > .field");
    expect(await fields.count()).toBe(51);
    expect(await page.getByLabel(`Field 0 ${TAG}`).count()).toBe(1);
    const options = await page.locator("option").allInnerTexts();
    expect(options).toContain("photo_[U+202E]gnp.exe[U+202C] a[U+200B]b \u05d0\u05d1\u05d2");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.getByLabel("x").first().check();
    await page.getByRole("button", { name: "Run …" }).click();
    await page.getByRole("button", { name: "Run now" }).click();
    await page.locator("#page").getByText("Succeeded", { exact: true }).waitFor();
    expect(await page.title()).not.toContain("taken over");
    expect(complaints).toEqual([]);
  });
});
