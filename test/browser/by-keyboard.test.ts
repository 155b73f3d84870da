// From an idea to a runbook in service without a mouse: Ana writes, Boss and Pat review.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { nameOfFocus, retype, tabTo } from "./keyboard.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack(() => ({}), { APPROVALS_REQUIRED: "low=1,medium=1,high=2" });
});
afterAll(() => stack?.[Symbol.asyncDispose]());

const PARAMETERS = `{
  "type": "object",
  "properties": {"service": {"type": "string", "maxLength": 40}},
  "required": ["service"]
}`;

async function follow(page: Page, name: string | RegExp): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press("Enter");
}

async function write(page: Page, field: string | RegExp, text: string): Promise<void> {
  await tabTo(page, field);
  await retype(page, text);
}

it("an author writes a runbook: names are offered, and errors stand at their place as one types", async () => {
  const { page, complaints } = await stack.visit("ana", "/");
  await follow(page, "New runbook");
  await page.getByRole("heading", { name: "New runbook" }).waitFor();
  await write(page, /^Name/, "Restart a service");
  await write(page, /^Description/, "Restarts one service when it hangs");
  await write(page, /^URL/, `${stack.receiver.url}/restart`);
  await follow(page, "Create the draft");
  await page.getByRole("heading", { name: "Edit: Restart a service" }).waitFor();
  await page.getByRole("textbox", { name: "Template of the body" }).waitFor();

  await write(page, "JSON Schema of the parameters", PARAMETERS);
  await tabTo(page, "Template of the body");
  await retype(page, '{"service": ');
  await page.keyboard.type("{{serv");
  await page.getByText(/^Line 1, column \d+/).waitFor();
  await page.getByRole("option", { name: /^params\.service/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.type("}}, ");
  await page.keyboard.insertText('"by": {{execution.executedBy}}}');
  await page.locator("pre").getByText('"by": "ana"').waitFor();
  expect(await page.locator("pre").innerText()).toBe('{\n  "service": "example",\n  "by": "ana"\n}');
  expect(await page.getByText(/^Line \d+, column/).count()).toBe(0);

  await write(page, /^What you changed/, "A first form");
  await follow(page, "Save as version 2");
  await page.getByRole("heading", { name: "What it calls" }).waitFor();
  await page.getByText("Review asked by").waitFor();
  const [saved] = (await stack.callers.ana.listRunbooks({ query: { awaitingReview: "true" } })).items;
  expect(saved).toMatchObject({ name: "Restart a service", version: 2, teamId: "payments" });
  expect(complaints).toEqual([]);
});

it("reviewers ask for changes with words, and approve: the second vote puts it into service", async () => {
  const { page, complaints } = await stack.visit("boss", "/");
  await follow(page, "Reviews");
  await follow(page, "Restart a service");
  await page.getByRole("heading", { name: "Review: Restart a service" }).waitFor();
  await follow(page, "Ask for changes");
  await page.getByText("Say what should change.").waitFor();
  await write(page, /^Your words/, "I have looked at the receiver");
  await follow(page, "Approve version 2");
  await page.getByText("You have approved version 2.").waitFor();
  expect(complaints).toEqual([]);

  const second = await stack.visit("pat", "/reviews");
  await follow(second.page, "Review Restart a service");
  await second.page.getByText("With your approval version 2 goes into service at once.").waitFor();
  await follow(second.page, "Approve version 2");
  await second.page.getByText("there is nothing to decide").waitFor();
  const [live] = (await stack.callers.ana.listRunbooks({ query: { live: "true" } })).items;
  expect(live).toMatchObject({
    liveVersion: 3,
    approvals: [{ note: "I have looked at the receiver" }, { by: "pat" }],
  });
});

it("an author withdraws a runbook after a question, which Escape closes and gives the focus back", async () => {
  const { page } = await stack.visit("ana", "/");
  await follow(page, "Restart a service");
  await follow(page, "Withdraw");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await expect.poll(() => nameOfFocus(page)).toBe("Withdraw");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await follow(page, "Cancel");
  await page.locator("dialog").waitFor({ state: "detached" });
  await expect.poll(() => nameOfFocus(page)).toBe("Withdraw");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await write(page, /^Why it must not run/, "It restarts the wrong one");
  await follow(page, "Withdraw");
  await page.getByText("Nothing: no version can run").waitFor();
  expect((await stack.callers.ana.listRunbooks({ query: { live: "true" } })).items).toEqual([]);
});
