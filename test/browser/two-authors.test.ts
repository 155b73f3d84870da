// Two people who change one runbook at once: the second save is told, loses nothing, and can be put on top.
import { afterAll, beforeAll, expect, it } from "vitest";
import { scaleUp } from "./definitions.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack(() => ({}));
});
afterAll(() => stack?.[Symbol.asyncDispose]());

it("the second of two authors keeps what was typed, and what the first one changed", async () => {
  const { ana, boss } = stack.callers;
  const { id } = await ana.createRunbook({ body: scaleUp(stack.receiver.url) });
  const { page, complaints } = await stack.visit("ana", `/runbooks/${id}/edit`);
  await page.getByLabel("Description").fill("Adds two replicas");
  await boss.updateRunbook({ runbookId: id, body: { timeoutSeconds: 77 } });
  await page.getByRole("button", { name: "Save as version 2" }).click();
  await page.getByText("Version 2 is there meanwhile").waitFor();
  expect(await page.getByLabel("Description").inputValue()).toBe("Adds two replicas");
  await page.getByRole("button", { name: "Save mine on top of version 2" }).click();
  await page.getByRole("heading", { name: "Approval" }).waitFor();
  expect(await ana.getRunbook({ runbookId: id })).toMatchObject({
    ...{ version: 3, description: "Adds two replicas", timeoutSeconds: 77 },
  });
  expect(complaints).toEqual([]);
});
