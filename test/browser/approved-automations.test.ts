// Automations where the deployment asks for their approval, and those that a definition breaks, in both themes.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findViolations } from "./accessibility.ts";
import { scaleUp } from "./definitions.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
let runbookId: string;
let automationId: string;
const NOT_APPROVED = "Not approved: it starts nothing";

beforeAll(async () => {
  stack = await startStack(() => ({}), { APPROVE_AUTOMATIONS: "true" });
  const { ana, boss } = stack.callers;
  const made = await ana.createRunbook({ body: scaleUp(stack.receiver.url) });
  runbookId = made.id;
  await boss.approveRunbook({ runbookId, body: { version: made.version } });
  const pattern = { detail: { incident: { priority: ["P1"] } } };
  const parameters = { target: "checkout" };
  const body = { runbookId, name: "Scale up on P1", pattern, parameters };
  automationId = (await ana.createAutomation({ body })).id;
});
afterAll(() => stack?.[Symbol.asyncDispose]());

describe.each(["light", "dark"] as const)("in the %s theme", (colorScheme) => {
  it("an automation that waits for its approval has nothing that axe or the policy forbids", async () => {
    const { page, complaints } = await stack.visit("boss", `/automations/${automationId}`, { colorScheme });
    await page.getByRole("button", { name: "Approve …" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await findViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

it("is marked in the list, and approved by a platform admin alone", async () => {
  const { page: anas } = await stack.visit("ana", "/automations?show=unapproved");
  await anas.getByText(NOT_APPROVED).waitFor();
  await anas.getByRole("link", { name: "Scale up on P1" }).click();
  await anas.getByText("Nobody has approved what it starts.").waitFor();
  expect(await anas.getByRole("button", { name: "Approve …" }).count()).toBe(0);
  const { page } = await stack.visit("boss", `/automations/${automationId}`);
  await page.getByRole("button", { name: "Approve …" }).click();
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  await page.locator("#page header").getByText("Enabled").waitFor();
  await page.getByText("It holds until something changes").waitFor();
  expect(await stack.callers.ana.getAutomation({ automationId })).toMatchObject({
    ...{ awaitsApproval: false, approval: { version: 1, by: "boss" } },
  });
});

it("that a draft breaks is named in its review, with the way to it", async () => {
  const { ana } = stack.callers;
  const { parameters, payloadTemplate } = scaleUp(stack.receiver.url);
  const { target: _target, ...properties } = Object(parameters).properties;
  const changes = {
    parameters: {
      ...parameters,
      properties: { ...properties, what: { type: "string" } },
      required: ["what"],
    },
    payloadTemplate: payloadTemplate.replaceAll("params.target", "params.what"),
  };
  await ana.updateRunbook({ runbookId, body: changes });
  const { page } = await stack.visit("boss", `/runbooks/${runbookId}/review`);
  await page.getByText("The automation Scale up on P1").waitFor();
  await page.getByRole("link", { name: "Open the automation" }).click();
  await page.getByRole("heading", { name: "Scale up on P1" }).waitFor();
});

it("whose runbook is deleted says so, and cannot be switched on", async () => {
  const { ana } = stack.callers;
  await ana.deleteRunbook({ runbookId });
  await expect
    .poll(() => ana.getAutomation({ automationId }), { timeout: 90_000, interval: 1000 })
    .toMatchObject({ disabledReason: "runbook_deleted" });
  const { page } = await stack.visit("ana", `/automations/${automationId}?tab=versions`);
  await page.locator("#page header").getByText("Disabled: its runbook was deleted").waitFor();
  await page.getByText("Disabled, as its runbook was deleted").waitFor();
  expect(await page.getByRole("button", { name: "Enable …" }).count()).toBe(0);
}, 120_000);
