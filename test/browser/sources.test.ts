// The pages of sources: made without a mouse, tested with a message, given a new secret; both themes, narrow, by role.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSample } from "../support/source-samples.ts";
import { findViolations } from "./accessibility.ts";
import { retype, tabTo } from "./keyboard.ts";
import type { Callers } from "./people.ts";
import { type Stack, startStack } from "./stack.ts";

type Body = Parameters<Callers["boss"]["createSource"]>[0]["body"];

const SECRET = "a-secret-of-thirty-characters.";
let stack: Stack;
const ids = { alertmanager: "", generic: "", pagerduty: "", guardduty: "", schedule: "" };

beforeAll(async () => {
  stack = await startStack(() => ({}));
  for (const kind of Object.keys(ids) as (keyof typeof ids)[]) {
    const body = { ...readSample(kind, "source"), name: `Incidents of ${kind}` } as unknown as Body;
    const verification = kind === "alertmanager" && { verification: { scheme: "bearer", secret: SECRET } };
    ids[kind] = (
      await stack.callers.boss.createSource({ body: { ...body, ...(verification as object) } })
    ).id;
  }
});
afterAll(() => stack?.[Symbol.asyncDispose]());

/** Address, and words that are there when all of it is. */
const PAGES: readonly (readonly [path: () => string, words: string])[] = [
  [() => "/sources", "Incidents of guardduty"],
  [() => "/sources?kind=datadog", "No source fits"],
  [() => "/sources/new", "Create the source"],
  [() => `/sources/${ids.alertmanager}`, "/labels/team"],
  [() => `/sources/${ids.generic}`, "Where an incident is in a message"],
  [() => `/sources/${ids.guardduty}`, "Nothing is to be set"],
  [() => `/sources/${ids.schedule}`, "Europe/Berlin"],
  [() => `/sources/${ids.schedule}/edit`, "Nothing is changed yet."],
  [() => `/sources/${ids.alertmanager}?tab=test`, "Test it"],
  [() => `/sources/${ids.pagerduty}?tab=refused`, "All messages could be read"],
  [() => `/sources/${ids.generic}/edit`, "Nothing is changed yet."],
  [() => "/sources/source_01k00000000000000000000001", "Not found"],
];

async function open(page: Page, path: string, words: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, "", `/console${to}`);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
  await page.locator("#page").getByText(words).first().waitFor();
}

describe.each(["light", "dark"] as const)("in the %s theme", (colorScheme) => {
  it("no page has anything that axe or the page's policy forbids", async () => {
    const { page, complaints } = await stack.visit("boss", "/", { colorScheme });
    const found: string[] = [];
    for (const [path, words] of PAGES) {
      await open(page, path(), words);
      expect(await page.locator("#page").innerText()).not.toMatch(/undefined|NaN|\[object/);
      found.push(...(await findViolations(page)).map((each) => `${path()}: ${each}`));
    }
    expect([found, complaints]).toEqual([[], []]);
  });
});

it("no page is wider than a screen of 360 pixels", async () => {
  const { page } = await stack.visit("boss", "/", { viewport: { width: 360, height: 740 } });
  const wide: string[] = [];
  for (const [path, words] of PAGES) {
    await open(page, path(), words);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 360) wide.push(`${path()}: ${width}`);
  }
  expect(wide).toEqual([]);
});

it("an admin makes a source without a mouse, and its page says where the system sends its messages", async () => {
  const { page, complaints } = await stack.visit("ana", "/sources");
  await page.getByRole("link", { name: "New source" }).waitFor();
  await tabTo(page, "New source");
  await page.keyboard.press("Enter");
  await page.getByLabel("System", { exact: true }).selectOption("grafana");
  await tabTo(page, /^Name/);
  await retype(page, "Grafana of the shop");
  await tabTo(page, /^Secret/);
  await retype(page, "short");
  await tabTo(page, /^Id of the team/);
  await page.keyboard.press("ArrowDown");
  await tabTo(page, "Create the source");
  await page.keyboard.press("Enter");
  await page.locator(".field-error").first().waitFor();
  await page.getByLabel("Secret", { exact: false }).fill(SECRET);
  await page.getByRole("button", { name: "Create the source" }).click();
  await page.getByRole("heading", { name: "Grafana of the shop" }).waitFor();
  const { items } = await stack.callers.ana.listSources({ query: { kind: "grafana" } });
  const made = items[0];
  expect(made).toMatchObject({ name: "Grafana of the shop", teamId: "payments", enabled: true });
  await page.getByText(`${stack.api}/intake/${made?.id}`).waitFor();
  expect(await page.content()).not.toContain(SECRET);
  expect(complaints).toEqual([]);
});

it("an admin of a team makes one that reports by the clock, sees what is wrong, and tests a tick", async () => {
  const { page, complaints } = await stack.visit("ana", "/sources/new");
  await page.getByLabel("System", { exact: true }).selectOption("schedule");
  await page.getByLabel(/^Name/).fill("Every morning");
  await page.getByLabel(/^Expression/).fill("cron(30 9 * * *)");
  await page.getByLabel(/^Time zone/).fill("Europe/Berlin");
  await page.getByLabel(/^Id of the team/).selectOption("payments");
  expect(await page.getByLabel(/^(Filter|Scheme|Secret)/).count()).toBe(0);
  expect(await findViolations(page)).toEqual([]);
  await page.getByRole("button", { name: "Create the source" }).click();
  await page.locator(".field-error").first().waitFor();
  await page.getByLabel(/^Expression/).fill("cron(30 9 ? * MON-FRI *)");
  await page.getByRole("button", { name: "Create the source" }).click();
  await page.getByRole("heading", { name: "Every morning" }).waitFor();
  const { items } = await stack.callers.ana.listSources({ query: { kind: "schedule" } });
  expect(items.find(({ name }) => name === "Every morning")).toMatchObject({
    ...{ teamId: "payments", enabled: true },
    schedule: { expression: "cron(30 9 ? * MON-FRI *)", timeZone: "Europe/Berlin" },
  });
  await page.getByRole("button", { name: "Disable …" }).waitFor();
  await page.getByRole("link", { name: "Test", exact: true }).click();
  await page.getByRole("button", { name: "Test it" }).click();
  await page.getByRole("heading", { name: /^Incident Created/ }).waitFor();
  expect(complaints).toEqual([]);
});

describe("a message", () => {
  it("is shown as what it becomes, pointer by pointer, with what is wrong", async () => {
    const { page } = await stack.visit("boss", `/sources/${ids.alertmanager}?tab=test`);
    const message = page.getByLabel("Message");
    await message.fill("{");
    await page.getByRole("button", { name: "Test it" }).click();
    await page.getByText("This is no JSON").waitFor();
    const group = readSample("alertmanager", "firing") as { alerts: object[] };
    group.alerts[1] = { ...group.alerts[1], startsAt: "yesterday" };
    await message.fill(JSON.stringify(group));
    await page.getByRole("button", { name: "Test it" }).click();
    await page.getByRole("heading", { name: "Incident Created: /alerts/0" }).waitFor();
    await page.getByText("/alerts/0/annotations/summary").waitFor();
    await page.getByText("Refused: /alerts/1").waitFor();
    await page.getByText("/alerts/1/startsAt").first().waitFor();
    expect(await findViolations(page)).toEqual([]);
  });

  it("that could not be read is among the refused ones", async () => {
    const sent = await fetch(`${stack.api}/intake/${ids.alertmanager}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${SECRET}` },
      body: JSON.stringify({ alerts: [{ status: "firing", labels: { team: "nobody" }, fingerprint: "f" }] }),
    });
    expect(sent.status).toBe(202);
    const listed = async () =>
      (await stack.callers.boss.listRejections({ query: { sourceId: ids.alertmanager } })).items.length;
    await expect.poll(listed, { timeout: 15_000 }).toBe(1);
    const { page } = await stack.visit("boss", `/sources/${ids.alertmanager}?tab=refused`);
    await page.getByText("alerts/0/startsAt is required").waitFor();
    expect(await findViolations(page)).toEqual([]);
  });
});

describe("an admin", () => {
  it("changes what was typed alone, and is told when somebody else has saved meanwhile", async () => {
    const { page } = await stack.visit("boss", `/sources/${ids.generic}/edit`);
    await page.getByLabel("Name", { exact: false }).first().fill("Tickets");
    await page.getByText("1 changed.").waitFor();
    await stack.callers.boss.updateSource({ sourceId: ids.generic, body: { priority: null } });
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Load what is there now" }).click();
    await page.getByText("From version 2.").waitFor();
    await page.getByLabel("Name", { exact: false }).first().fill("Tickets");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Tickets" }).waitFor();
    expect(await stack.callers.boss.getSource({ sourceId: ids.generic })).toMatchObject({
      ...{ name: "Tickets", priority: null, version: 3 },
      mapping: { id: ["/ticket/no"] },
    });
  });

  it("switches a source off and on, gives it a new secret, and deletes it", async () => {
    const { page } = await stack.visit("boss", `/sources/${ids.pagerduty}`);
    await page.getByRole("button", { name: "Disable …" }).click();
    await page.getByRole("button", { name: "Disable", exact: true }).click();
    await page.locator("#page header").getByText("Disabled").waitFor();
    await page.getByRole("button", { name: "New secret …" }).click();
    await page.getByRole("button", { name: "Make it valid" }).click();
    await page.getByText("Type the new secret.").waitFor();
    await page.getByLabel("New secret", { exact: true }).fill("the-next-signing-secret");
    await page.getByRole("button", { name: "Make it valid" }).click();
    await page.getByText("Valid until").waitFor();
    await page.getByRole("button", { name: "Delete …" }).click();
    await page.getByRole("button", { name: "Delete it" }).click();
    await page.getByRole("heading", { name: "Sources" }).waitFor();
    await expect.poll(() => page.getByText("Incidents of pagerduty").count()).toBe(0);
  });
});

it("others look, and change nothing", async () => {
  const { page } = await stack.visit("rob", `/sources/${ids.guardduty}`);
  await page.getByText("Nothing is to be set").waitFor();
  expect(await page.getByRole("button", { name: /Disable|Delete|New secret/ }).count()).toBe(0);
  await open(page, "/sources", "Incidents of guardduty");
  expect(await page.getByRole("link", { name: "New source" }).count()).toBe(0);
  await open(page, "/sources/new", "You may not make sources");
});
