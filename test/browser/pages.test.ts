// The pages about runs, incidents, automations, the audit and the controls: full and empty, in both themes, narrow.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findViolations } from "./accessibility.ts";
import { reportIncidents } from "./incidents.ts";
import { tabTo } from "./keyboard.ts";
import { copyRun } from "./many-runs.ts";
import { type Stack, startStack } from "./stack.ts";
import { FAILING, fillWorld, type World } from "./world.ts";

let stack: Stack;
let world: World;
let lastRun = "";
/** The first one matches the automation, the second does not. */
let [eventId = "", unmatchedId = ""]: string[] = [];

beforeAll(async () => {
  stack = await startStack(({ body }) => ({
    ...{ status: body.includes(FAILING) ? 503 : 200, headers: { "content-type": "application/json" } },
    body: '{"ok": true}',
  }));
  world = await fillWorld(stack.callers, stack.receiver.url);
  [eventId = "", unmatchedId = ""] = await reportIncidents(stack.aws);
  const { ana, boss } = stack.callers;
  await vi.waitFor(() => ana.getIncident({ incidentId: "INC-4711" }), { timeout: 15_000, interval: 200 });
  const { items } = await ana.findExecutions({ query: { limit: 1 } });
  lastRun = items[0]?.id ?? "";
  await boss.createFreezeWindow({
    body: {
      ...{ name: "Weekends", scope: null, kind: "deny", schedule: "0 18 * * 5", durationMinutes: 3600 },
      ...{ timeZone: "Europe/Berlin", manual: "allow", reason: "Fewer people are on call" },
    },
  });
});

afterAll(() => stack?.[Symbol.asyncDispose]());

/** Address, and words that are there when all of it is. */
const PAGES: readonly (readonly [path: () => string, words: string])[] = [
  [() => `/runbooks/${world.restart}/run?incidentId=INC-4711`, '"service": "checkout"'],
  [() => `/executions/${lastRun}`, "in all"],
  [() => "/executions", "Restart a service"],
  [() => "/incidents", "Ledger lags behind by ten minutes"],
  [() => "/incidents/INC-4711", "What has been run for it"],
  [() => "/automations", "Restart checkout on P1"],
  [() => `/automations/${world.automation}`, "begins with “Checkout”"],
  [() => `/automations/${world.automation}?tab=decisions`, "Skipped: shadow"],
  [() => `/events/${encodeURIComponent(eventId)}`, "What became of the event"],
  [() => "/events/no-such-event", "Not found"],
  [() => `/automations/${world.automation}?tab=versions`, "Created"],
  [() => `/automations/${world.automation}?tab=test`, "Test it"],
  [() => "/audit", "Run succeeded"],
  [() => "/controls", "Weekends"],
];

describe.each(["light", "dark"] as const)("in the %s theme", (colorScheme) => {
  it("no page has anything that axe or the page's policy forbids", async () => {
    const { page, complaints } = await stack.visit("boss", "/", { colorScheme });
    const found: string[] = [];
    for (const [path, words] of PAGES) {
      await page.evaluate((to) => {
        history.pushState(null, "", `/console${to}`);
        dispatchEvent(new PopStateEvent("popstate"));
      }, path());
      await page.locator("#page").getByText(words).first().waitFor();
      const violations = await findViolations(page);
      found.push(...violations.map((each) => `${path()}: ${each}`));
    }
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

it("no page is wider than a screen of 360 pixels", async () => {
  const { page } = await stack.visit("boss", "/", { viewport: { width: 360, height: 740 } });
  const wide: string[] = [];
  for (const [path, words] of PAGES) {
    await page.evaluate((to) => {
      history.pushState(null, "", `/console${to}`);
      dispatchEvent(new PopStateEvent("popstate"));
    }, path());
    await page.locator("#page").getByText(words).first().waitFor();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 360) wide.push(`${path()}: ${width}`);
  }
  expect(wide).toEqual([]);
});

it("a run has no link to an AWS console where there is none", async () => {
  const { page } = await stack.visit("ana", `/executions/${lastRun}`);
  await page.getByRole("link", { name: "Change and run" }).waitFor();
  expect(await page.getByRole("link", { name: /Step Functions|log lines/ }).count()).toBe(0);
});

describe("an automation", () => {
  it("says why it did not fire, and which condition an event does not meet", async () => {
    const { page } = await stack.visit("ana", `/automations/${world.automation}?tab=decisions`);
    await page.getByText("Skipped: shadow").waitFor();
    await page.getByRole("link", { name: "Test", exact: true }).click();
    await page.getByRole("button", { name: "Test it" }).click();
    await page.getByText("It matches, and would start nothing: shadow").waitFor();
    const event = page.getByLabel("Event");
    await event.fill((await event.inputValue()).replace('"P1"', '"P4"'));
    await page.getByRole("button", { name: "Test it" }).click();
    await page.getByText("It does not match").waitFor();
    await page.getByText("/detail/incident/priority").waitFor();
    await event.fill("{");
    await page.getByRole("button", { name: "Test it" }).click();
    await page.getByText("This is no JSON").waitFor();
  });

  it("says of an event why it did not fire: by a link from its decision, and by the event's id", async () => {
    const { page } = await stack.visit("ana", `/automations/${world.automation}?tab=decisions`);
    await page.getByRole("link", { name: "see the event" }).first().click();
    await page.getByRole("heading", { name: "What became of the event" }).waitFor();
    const decided = page.locator("section", { hasText: "Restart checkout on P1" });
    await decided.getByText("Skipped: shadow").waitFor();
    await page.goBack();
    await page.getByLabel("Id of an event").fill(unmatchedId);
    await page.getByRole("button", { name: "Why?" }).click();
    await decided.getByText("Did not match").waitFor();
    await decided.getByText("/detail/incident/title").waitFor();
  });

  it("acts when its admin lets it, and the version says what changed", async () => {
    const { page } = await stack.visit("ana", `/automations/${world.automation}`);
    await page.getByRole("button", { name: "Let it act …" }).click();
    await page.getByRole("button", { name: "Let it act", exact: true }).click();
    await page.locator("#page header").getByText("Enabled").waitFor();
    await page.getByRole("link", { name: "Versions" }).click();
    await page.getByRole("button", { name: "What changed in version 2" }).click();
    await page.locator(".diff-line.added", { hasText: "live" }).waitFor();
    const { page: robs } = await stack.visit("rob", `/automations/${world.automation}`);
    expect(await robs.getByRole("button", { name: /Disable|Only record/ }).count()).toBe(0);
  });
});

describe("the audit", () => {
  it("is narrowed by what, whom and when, and the address keeps it", async () => {
    const { page } = await stack.visit("boss", "/audit");
    await page.getByText("Run succeeded").first().waitFor();
    await page.getByLabel("About").selectOption("Approvals and reviews");
    await page.getByText("Runbook approved").first().waitFor();
    await expect.poll(() => page.getByText("Run succeeded").count()).toBe(0);
    await page.getByLabel("Who").fill("ana");
    await page.getByText("Review asked for").first().waitFor();
    await expect.poll(() => page.getByText("Runbook approved").count()).toBe(0);
    await page.reload();
    await page.getByText("Review asked for").first().waitFor();
    await page.getByText("Review asked for").first().click();
    await page.getByText('"previousHash"').waitFor();
  });
});

describe("the controls", () => {
  it("pause a team with a reason, and resume it", async () => {
    const { page } = await stack.visit("boss", "/controls");
    await page.getByRole("button", { name: "Pause a team …" }).click();
    await page.getByRole("button", { name: "Pause new runs" }).click();
    await page.getByText("Say why.").waitFor();
    await page.getByLabel("Team", { exact: true }).fill("search");
    await page.getByLabel("Reason", { exact: true }).fill("The index moves");
    await page.getByRole("button", { name: "Pause new runs" }).click();
    await page.getByText("Paused: the team search.").waitFor();
    await page.getByRole("button", { name: "Resume search" }).click();
    await page.getByRole("button", { name: "Let runs start" }).click();
    await expect.poll(() => page.getByText("Paused: the team search.").count()).toBe(0);
  });

  it("are changed by keyboard alone, and a refusal leads to the field that is wrong", async () => {
    const { page } = await stack.visit("boss", "/controls");
    await page.getByRole("button", { name: "Pause a team …" }).waitFor();
    await tabTo(page, "Pause a team …");
    await page.keyboard.press("Enter");
    await tabTo(page, "Pause new runs");
    await page.keyboard.press("Enter");
    await page.getByText("Say which team.").waitFor();
    const focus = () =>
      page.evaluate(() => (document.activeElement as HTMLInputElement).labels?.[0]?.textContent);
    await expect.poll(focus).toBe("Team");
    await page.keyboard.type("search");
    await tabTo(page, "Reason");
    await page.keyboard.type("The index moves");
    await tabTo(page, "Pause new runs");
    await page.keyboard.press("Enter");
    await page.getByText("Paused: the team search.").waitFor();
    await tabTo(page, "Resume search");
    await page.keyboard.press("Enter");
    await tabTo(page, "Let runs start");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByText("Paused: the team search.").count()).toBe(0);
  });

  it("make a freeze window, whose faults the service tells at their fields, and delete it", async () => {
    const { page } = await stack.visit("ana", "/controls");
    await page.getByRole("button", { name: "New window …" }).click();
    await page.getByLabel("Name").fill("Release night");
    await page.getByLabel("Reason").fill("The release goes out");
    await page.getByLabel("Begins").fill("0 0 31 2 *");
    await page.getByRole("button", { name: "Make it" }).click();
    await page.locator(".field-error", { hasText: "never begins" }).waitFor();
    await page.getByLabel("Begins").fill("0 0 * * *");
    await page.getByRole("button", { name: "Make it" }).click();
    await page.getByRole("button", { name: "Delete Release night" }).click();
    await page.getByRole("button", { name: "Delete it" }).click();
    await expect.poll(() => page.getByRole("button", { name: "Delete Release night" }).count()).toBe(0);
  });

  it("are read by everybody, and changed by admins", async () => {
    const { page } = await stack.visit("olga", "/controls");
    await page.getByText("Weekends", { exact: true }).waitFor();
    expect(await page.locator("#page").getByRole("button").count()).toBe(0);
  });
});

describe("what cannot be shown", () => {
  it("is said, with what to do, when the session has ended, and the page stays", async () => {
    const { page } = await stack.visit("rob", "/executions");
    await page.getByText("Restart a service").first().waitFor();
    const gone = {
      type: "about:blank",
      title: "Not signed in",
      status: 401,
      detail: "The token has expired",
      code: "unauthenticated",
      requestId: "r",
    };
    await page.route("**/executions?*", (route) =>
      route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify(gone) }),
    );
    await page.getByLabel("Outcome").selectOption("Failed");
    await page.getByText("Your session has ended.").waitFor();
    expect(await page.getByRole("button", { name: "Sign in again" }).count()).toBe(1);
  });

  it("is loaded when the network is back", async () => {
    const { page } = await stack.visit("rob", "/incidents");
    await page.getByText("Checkout answers with 502").waitFor();
    await page.context().setOffline(true);
    await page.getByLabel("When").selectOption("Last 24 hours");
    await page.getByText("You are offline").waitFor();
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Checkout answers with 502").waitFor();
  });

  it.each([
    ["/executions/execution_01k00000000000000000000001", "Not found"],
    ["/incidents/INC-0", "Not found"],
    ["/automations/automation_01k00000000000000000000001", "Not found"],
  ])("is told as not there: %s", async (path, words) => {
    const { page } = await stack.visit("rob", "/");
    await page.evaluate((to) => {
      history.pushState(null, "", `/console${to}`);
      dispatchEvent(new PopStateEvent("popstate"));
    }, path);
    await page.getByRole("alert").getByText(words).waitFor();
  });

  it("says what an empty list would hold", async () => {
    const { page } = await stack.visit("sam", "/automations");
    await page.getByText("Only people start runbooks").waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole("link", { name: "Executions" }).click();
    await page.getByLabel("Outcome").selectOption("Cancelled");
    await page.getByText("No run fits").waitFor();
    await page.getByRole("link", { name: "Show all" }).click();
    await page.getByText("Rebuild the search index").first().waitFor();
  });
});

/** The table takes its time for 3,000 items on a machine that is busy. */
const LONG_MS = 300_000;

it(
  "a list of 3,000 runs is shown by pages, and each one says how far it goes",
  async () => {
    const { items } = await stack.callers.sam.findExecutions({ query: { teamId: "search", limit: 1 } });
    await copyRun(stack.dynamoDb, items[0]?.id ?? "", 3_000);
    const { page } = await stack.visit("sam", "/executions?team=search");
    await page.getByText("The first 50", { exact: true }).waitFor();
    const rows = page.locator("tbody tr");
    for (let shown = 100; shown <= 500; shown += 50) {
      await page.getByRole("button", { name: "Show more" }).click();
      await page.getByText(`The first ${shown}`, { exact: true }).waitFor();
      expect(await rows.count()).toBe(shown);
    }
    const links = await rows
      .locator("a[href*='/executions/']")
      .evaluateAll((all) => all.map((each) => each.getAttribute("href")));
    expect(new Set(links).size).toBe(500);
  },
  LONG_MS,
);
