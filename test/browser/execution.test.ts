// A run's page: it follows the run live, shows its course, and says what cancelling and repeating mean.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../support/command.ts";
import { failOver, restartService } from "./definitions.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
let restart = "";
let failover = "";
/** Answers that wait to be let go, by the service that they are about. */
const held = new Map<string, () => void>();

beforeAll(async () => {
  stack = await startStack(
    async ({ path, body }) => {
      if (path === "/oauth/token")
        return {
          headers: { "content-type": "application/json" },
          body: '{"access_token":"t","token_type":"Bearer"}',
        };
      const service = /"service": "(held-\w+)"/.exec(body)?.[1];
      if (service) await new Promise<void>((release) => held.set(service, release));
      return body.includes("flaky")
        ? { status: 503, body: '{"error": "starting up"}' }
        : { body: '{"ok": true}' };
    },
    { CONSOLE_URL: "https://eu-central-1.console.aws.amazon.com" },
  );
  const { ana, boss } = stack.callers;
  for (const build of [restartService, failOver]) {
    const { id, version } = await ana.createRunbook({ body: build(stack.receiver.url) });
    await boss.approveRunbook({ runbookId: id, body: { version } });
    if (build === restartService) restart = id;
    else failover = id;
  }
});

afterAll(() => stack?.[Symbol.asyncDispose]());

const start = async (service: string) => {
  const { id } = await stack.callers.rob.startExecution({
    runbookId: restart,
    body: { parameters: { service } },
  });
  return id;
};
const release = async (service: string) => {
  await expect.poll(() => held.has(service)).toBe(true);
  held.get(service)?.();
};
const status = (page: Page, word: string) => page.locator("#page header").getByText(word, { exact: true });
const setVisible = (page: Page, state: "visible" | "hidden") =>
  page.evaluate((value) => {
    Object.defineProperty(document, "visibilityState", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);

it("a run leads to its machine and its log lines in the AWS console, where the deployment has one", async () => {
  const id = await start("held-links");
  const { page } = await stack.visit("rob", `/executions/${id}`);
  const linkTo = (name: string) => page.getByRole("link", { name }).getAttribute("href");
  expect(await linkTo("Open in Step Functions")).toMatch(new RegExp(`execution%3A[\\w-]+%3A${id}$`));
  const lines = await linkTo("Open the log lines");
  expect(lines).toMatch(/^https:\/\/eu-central-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=/);
  expect(lines).toContain(`executionId*20*3d*20*22${id}*22`);
  await release("held-links");
});

describe("a run that goes on", () => {
  it("is followed until it has ended, without a touch", async () => {
    const { page, complaints } = await stack.visit("rob", `/executions/${await start("held-live")}`);
    await status(page, "Running").waitFor();
    await page.getByText("Under way").waitFor();
    await release("held-live");
    await status(page, "Succeeded").waitFor();
    await page.getByText("Delivered 200").waitFor();
    expect(complaints).toEqual([]);
  });

  it("is asked about by no page that is hidden", async () => {
    const id = await start("held-hidden");
    const { page } = await stack.visit("rob", `/executions/${id}`);
    await page.getByText("Under way").waitFor();
    await setVisible(page, "hidden");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await release("held-hidden");
    await stack.callers.rob.waitForEnd(id);
    expect(asked.filter((url) => url.includes(id))).toEqual([]);
    await setVisible(page, "visible");
    await status(page, "Succeeded").waitFor();
  });

  it("is followed again when the network is back", async () => {
    const { page } = await stack.visit("rob", `/executions/${await start("held-network")}`);
    await page.getByText("Under way").waitFor();
    await page.context().setOffline(true);
    await page.getByText("You are offline").waitFor();
    await release("held-network");
    await page.context().setOffline(false);
    await status(page, "Succeeded").waitFor();
    await expect.poll(() => page.getByText("You are offline").count()).toBe(0);
  });

  it("can be cancelled, and is told what that can no longer stop", async () => {
    const { page } = await stack.visit("rob", `/executions/${await start("held-cancel")}`);
    await page.getByText("Under way").waitFor();
    await page.getByRole("button", { name: "Cancel …" }).click();
    await page.getByText("A call is under way. Cancelling does not reach it").waitFor();
    await page.getByLabel("Why").fill("The wrong service");
    await page.getByRole("button", { name: "Cancel the run" }).click();
    await status(page, "Cancelled").waitFor();
    await page.locator("#page header").getByText("The wrong service").waitFor();
    await release("held-cancel");
    await page.getByText("Delivered 200").waitFor();
  });
});

describe("a run that has ended", () => {
  it("shows each attempt and the wait between them, and is repeated after a word on what may happen twice", async () => {
    const id = await start("flaky");
    await stack.callers.rob.waitForEnd(id);
    const { page } = await stack.visit("rob", `/executions/${id}`);
    const rows = page.locator(".waterfall-row");
    await expect
      .poll(async () => (await rows.allInnerTexts()).filter((row) => row.includes("Refused 503")).length)
      .toBe(2);
    expect(await page.locator("pre", { hasText: "starting up" }).count()).toBe(1);
    await page.getByRole("button", { name: "Run again …" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("the receiver has not acted on this run").waitFor();
    await dialog.getByRole("button", { name: "Run again" }).click();
    await page.getByText("Repeats", { exact: true }).waitFor();
    await page.getByRole("link", { name: "an earlier run" }).click();
    await expect.poll(() => page.url()).toContain(id);
  });

  it("leads to a form with its parameters, which may be changed", async () => {
    const id = await start("checkout");
    await stack.callers.rob.waitForEnd(id);
    const { page } = await stack.visit("rob", `/executions/${id}`);
    await page.getByRole("link", { name: "Change and run" }).click();
    await expect.poll(() => page.getByLabel("service").inputValue()).toBe("checkout");
  });

  it("offers nothing to somebody who may only look", async () => {
    const id = await start("checkout");
    await stack.callers.rob.waitForEnd(id);
    const { page } = await stack.visit("olga", `/executions/${id}`);
    await status(page, "Succeeded").waitFor();
    expect(await page.getByRole("button", { name: /Run again|Cancel/ }).count()).toBe(0);
  });
});

describe("a run whose receiver reports", () => {
  it("shows each note as it comes, and the result with its output", async () => {
    const before = stack.receiver.requests.length;
    const { id } = await stack.callers.rob.startExecution({
      runbookId: failover,
      body: { parameters: { cluster: "ledger" } },
    });
    const { page } = await stack.visit("rob", `/executions/${id}`);
    await page.getByText("Its result is awaited").waitFor();
    const call = stack.receiver.requests.slice(before).find(({ path }) => path.endsWith("/failover"));
    const { token } = JSON.parse(call?.body ?? "{}") as { token: string };
    const report = (body: Parameters<typeof stack.callers.rob.callbackExecution>[0]["body"]) =>
      stack.callers.rob.callbackExecution({
        ...{ executionId: id, headers: { "x-runbook-callback-token": token }, body },
      });
    await report({ status: "RUNNING", message: "Promoting <b>the standby</b>" });
    await page.getByText("Promoting <b>the standby</b>").waitFor();
    await report({ status: "SUCCESS", message: "Done", output: { primary: "db-2" } });
    await status(page, "Succeeded").waitFor();
    await page.getByText('"primary": "db-2"').waitFor();
  });
});

describe("a run that was erased", () => {
  it("says when, shows nothing of what it was given, and offers no repetition", async () => {
    const executionId = await start("mrs-smith");
    const { page } = await stack.visit("rob", `/executions/${executionId}`);
    await status(page, "Succeeded").waitFor();
    await page.getByText("mrs-smith").first().waitFor();
    const order = ["--execution", executionId, "--yes", "--by", "operator-7", "--reason", "Ticket 17"];
    const env = { ...process.env, TABLE_NAME: "runbooks", AWS_ENDPOINT_URL_DYNAMODB: stack.dynamoDb };
    expect(await runCommand("tools/erase", order, { env })).toMatchObject({ code: 0, stderr: "" });
    await page.reload();
    await page.getByText("Erased on").waitFor();
    const shown = await page.locator("#page").innerText();
    expect(shown).not.toContain("mrs-smith");
    for (const words of ["They were erased.", "It was erased.", "Succeeded"]) expect(shown).toContain(words);
    expect(await page.getByRole("button", { name: "Run again …" }).count()).toBe(0);
  });
});
