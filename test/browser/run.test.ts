// Running a runbook in the console: from an incident to a delivered webhook, and what is told before and instead.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findViolations } from "./accessibility.ts";
import { restartService, silenceAlert } from "./definitions.ts";
import { reportIncidents } from "./incidents.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
let restart = "";
let silence = "";

beforeAll(async () => {
  stack = await startStack(() => ({ status: 200, body: '{"restarted": true}' }));
  const { ana, boss } = stack.callers;
  const created = await ana.createRunbook({ body: restartService(stack.receiver.url) });
  const global = await boss.createRunbook({ body: silenceAlert(stack.receiver.url) });
  for (const { id, version } of [created, global])
    await boss.approveRunbook({ runbookId: id, body: { version } });
  restart = created.id;
  silence = global.id;
  await reportIncidents(stack.aws);
  await vi.waitFor(() => ana.getIncident({ incidentId: "INC-4711" }), { timeout: 15_000, interval: 200 });
});

afterAll(() => stack?.[Symbol.asyncDispose]());

const dialogOf = (page: Page) => page.getByRole("dialog");
const openConfirmation = async (page: Page) => {
  await page.getByRole("button", { name: "Run …" }).click();
  await dialogOf(page).waitFor();
};
const listRuns = async () => (await stack.callers.ana.listExecutions({ runbookId: restart })).items;

describe("running a runbook", () => {
  it("takes three clicks from an incident to a delivered webhook", async () => {
    const { page, complaints } = await stack.visit("rob", "/incidents/INC-4711");
    await page.getByRole("link", { name: "Run Restart a service" }).click();
    await page.getByText('"service": "checkout"').waitFor();
    await openConfirmation(page);
    const called = await dialogOf(page).innerText();
    expect(called).toContain(`POST ${new URL(stack.receiver.url).host}`);
    expect(called).toContain("/clusters/eu/restart");
    expect(called).toContain("INC-4711: Checkout answers with 502 in eu");
    expect(stack.receiver.requests).toEqual([]);
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Run now" }).click();
    await page.locator("#page").getByText("Succeeded", { exact: true }).waitFor();
    expect(stack.receiver.requests.map(({ path }) => path)).toEqual(["/clusters/eu/restart"]);
    expect(JSON.parse(stack.receiver.requests[0]?.body ?? "")).toEqual({
      ...{ service: "checkout", drainSeconds: 30, by: "rob" },
    });
    expect(complaints).toEqual([]);
  });

  it("starts once, however often the button is pressed", async () => {
    const before = (await listRuns()).length;
    const { page } = await stack.visit("rob", `/runbooks/${restart}/run?parameter.service=cart`);
    await openConfirmation(page);
    // Both presses are there before the page is drawn again.
    await page.getByRole("button", { name: "Run now" }).evaluate((button: HTMLButtonElement) => {
      button.click();
      button.click();
    });
    await page.locator("#page").getByText("Succeeded", { exact: true }).waitFor();
    expect(await listRuns()).toHaveLength(before + 1);
  });

  it("says at the field what is wrong, moves there, and asks nothing of the receiver", async () => {
    const before = stack.receiver.requests.length;
    const { page } = await stack.visit("rob", `/runbooks/${restart}/run`);
    const drain = page.getByLabel("drainSeconds");
    expect(await page.getByText("whole number · at least 0 · at most 600").count()).toBe(1);
    await drain.fill("many");
    await page.getByText("must be a number, such as 3 or 2.5").waitFor();
    await drain.fill("601");
    await page.getByRole("button", { name: "Run …" }).click();
    const service = page.getByLabel("service");
    await page.getByText("is needed").waitFor();
    await expect.poll(() => service.evaluate((field) => field === document.activeElement)).toBe(true);
    await service.fill("checkout");
    await page.getByRole("button", { name: "Run …" }).click();
    await expect.poll(() => drain.getAttribute("aria-invalid")).toBe("true");
    await expect.poll(() => drain.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await dialogOf(page).count()).toBe(0);
    expect(await findViolations(page)).toEqual([]);
    expect(stack.receiver.requests).toHaveLength(before);
  });

  it("fills the form from an earlier run, and says so", async () => {
    const [last] = await listRuns();
    const { page } = await stack.visit("ana", `/runbooks/${restart}/run`);
    await page.getByLabel("Incident").fill("INC-4712");
    await page.getByRole("button", { name: "Fill in from the last run" }).click();
    await page.getByText("Filled in from the earlier run", { exact: true }).waitFor();
    expect(await page.getByLabel("service").inputValue()).toBe("cart");
    expect(await page.getByLabel("Incident").inputValue()).toBe("INC-4712");
    expect(new URL(page.url()).searchParams.get("from")).toBe(last?.id);
  });

  it("takes a secret unseen: it stands neither in the request that is shown nor on the run's page", async () => {
    const { ana, boss } = stack.callers;
    const { id, version } = await ana.createRunbook({
      body: {
        ...{ teamId: "payments", name: "Unlock an account", description: "Unlocks one account" },
        webhookUrl: `${stack.receiver.url}/unlock`,
        parameters: {
          type: "object",
          properties: { pin: { type: "string", writeOnly: true }, account: { type: "string" } },
          required: ["pin"],
        },
        payloadTemplate: '{"pin": {{params.pin}}, "account": {{default params.account "none"}}}',
      },
    });
    await boss.approveRunbook({ runbookId: id, body: { version } });
    const { page } = await stack.visit("rob", `/runbooks/${id}/run?parameter.pin=1111&parameter.account=a`);
    const pin = page.getByLabel("pin");
    expect([await pin.getAttribute("type"), await pin.inputValue()]).toEqual(["password", ""]);
    await pin.fill("tulip-4711");
    await page.getByText('"pin": "********"').waitFor();
    await openConfirmation(page);
    expect(await page.locator("body").innerText()).not.toContain("tulip-4711");
    await page.getByRole("button", { name: "Run now" }).click();
    await page.locator("#page").getByText("Succeeded", { exact: true }).waitFor();
    expect(await page.locator("body").innerText()).not.toContain("tulip-4711");
    expect(stack.receiver.requests.at(-1)?.body).toContain("tulip-4711");
    await page.getByRole("link", { name: "Change and run" }).click();
    await page.getByText("Its secrets are shown to nobody").waitFor();
    expect(await page.getByLabel("pin").inputValue()).toBe("");
  });

  it("is done by keyboard alone", async () => {
    const { page } = await stack.visit("rob", `/runbooks/${restart}/run`);
    await page.getByLabel("service").focus();
    await page.keyboard.type("mail");
    await page.keyboard.press("Enter");
    await dialogOf(page).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => dialogOf(page).count()).toBe(0);
    await page.keyboard.press("Enter");
    await dialogOf(page).waitFor();
    const now = page.getByRole("button", { name: "Run now" });
    for (let presses = 0; presses < 6; presses += 1) {
      if (await now.evaluate((button) => button === document.activeElement)) break;
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.locator("#page").getByText("Succeeded", { exact: true }).waitFor();
  });
});

describe("a run that is refused", () => {
  it("says who paused it and why, and an admin may break the glass with a reason", async () => {
    const { boss } = stack.callers;
    await boss.putControls({ body: { scope: "payments", paused: true, reason: "The region fails over" } });
    const path = `/runbooks/${restart}/run?parameter.service=checkout`;
    const { page: robs } = await stack.visit("rob", path);
    expect(await robs.getByText("Break-glass").count()).toBe(0);
    await openConfirmation(robs);
    await robs.getByRole("button", { name: "Run now" }).click();
    await dialogOf(robs).getByText("The region fails over").waitFor();
    expect(await dialogOf(robs).getByRole("link", { name: "See the pauses" }).count()).toBe(1);

    const { page: anas } = await stack.visit("ana", path);
    await anas.getByText("Break-glass: run it in spite").click();
    await anas.getByLabel("Break the glass for this run").check();
    await anas.getByRole("button", { name: "Run …" }).click();
    await anas.getByText("Say why this cannot wait.").waitFor();
    await anas.getByLabel("Why this cannot wait").fill("Checkout is down in both regions");
    await openConfirmation(anas);
    expect(await dialogOf(anas).innerText()).toContain("The glass is broken");
    await anas.getByRole("button", { name: "Run now" }).click();
    await anas.getByText("Break-glass: open").waitFor();
    expect(await anas.getByRole("button", { name: /Close the break-glass/ }).count()).toBe(0);
    await boss.putControls({ body: { scope: "payments", paused: false } });

    const { page: bosses } = await stack.visit("boss", "/controls");
    await bosses.getByRole("button", { name: /Close the break-glass/ }).click();
    await bosses.getByLabel("What you found").fill("Right: the pause was too wide");
    await bosses.getByRole("button", { name: "Close it" }).click();
    await bosses.getByText("None is open").waitFor();
  });

  it("says what a freeze is and until when, and people may pass one that lets them", async () => {
    const { boss } = stack.callers;
    const window = await boss.createFreezeWindow({
      body: {
        ...{ name: "All week", scope: null, kind: "deny", schedule: "0 0 * * 0", durationMinutes: 10_000 },
        ...{ timeZone: "UTC", manual: "refuse", reason: "The sale goes on" },
      },
    });
    const { page } = await stack.visit("rob", `/runbooks/${silence}/run?parameter.target=a`);
    await openConfirmation(page);
    await page.getByRole("button", { name: "Run now" }).click();
    await dialogOf(page).getByText("The sale goes on").waitFor();
    expect(await dialogOf(page).getByRole("link", { name: "See the freeze windows" }).count()).toBe(1);
    await boss.deleteFreezeWindow({ freezeWindowId: window.id });
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("#page").getByText("Succeeded", { exact: true }).waitFor();
  });

  it("does not run another version than the one that was shown", async () => {
    const { ana, boss } = stack.callers;
    const { page } = await stack.visit("rob", `/runbooks/${restart}/run?parameter.service=checkout`);
    await openConfirmation(page);
    const { version } = await ana.updateRunbook({ runbookId: restart, body: { timeoutSeconds: 60 } });
    await boss.approveRunbook({ runbookId: restart, body: { version } });
    const before = stack.receiver.requests.length;
    await page.getByRole("button", { name: "Run now" }).click();
    await dialogOf(page).getByText("Another version is in service").waitFor();
    expect(stack.receiver.requests).toHaveLength(before);
  });

  it("shows the form to nobody who may not run it", async () => {
    const { page } = await stack.visit("olga", `/runbooks/${restart}/run`);
    await page.getByText("You may see this runbook, but not run it").waitFor();
    expect(await page.getByRole("button", { name: "Run …" }).count()).toBe(0);
  });
});
