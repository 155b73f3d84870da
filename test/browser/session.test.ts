// The session of the console: links that survive signing in, reloading, signing out, and an end that loses nothing.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { restartService } from "./definitions.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
let restart = "";
const SECRET = "a-token-that-was-typed";

beforeAll(async () => {
  stack = await startStack(() => ({}));
  restart = (await stack.callers.ana.createRunbook({ body: restartService(stack.receiver.url) })).id;
});
afterAll(() => stack?.[Symbol.asyncDispose]());

const addressOf = (path: string) => `${stack.api}/console${path}`;

describe("a session", () => {
  it("leads to the page that was wanted, with its query, and keeps nothing of the answer in the address", async () => {
    const path = `/runbooks/${restart}?tab=versions`;
    const { page, complaints } = await stack.visit("ana", path);
    await page.getByText("Initial version").waitFor();
    expect([page.url(), complaints]).toEqual([addressOf(path), []]);
  });

  it("has no token in any storage, and outlives a reload all the same", async () => {
    const { page } = await stack.visit("ana", "/");
    const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(stored).not.toMatch(/eyJ|token|verifier/);
    expect(await page.evaluate(() => document.cookie)).toBe("");
    await page.reload();
    await page.getByRole("heading", { name: "Runbooks", exact: true }).waitFor();
    await page.getByText("team payments").or(page.getByText("payments: admin")).first().waitFor();
  });

  it("ends here and at the issuer when somebody signs out", async () => {
    const { page } = await stack.visit("ana", "/");
    await page.getByRole("button", { name: "Sign out" }).click();
    // The button of the console and that of the issuer have the same name: the address tells them apart.
    const signedOut = addressOf("/signed-out");
    await page.waitForURL(({ href }) => !href.startsWith(stack.api) || href.startsWith(signedOut));
    if (!page.url().startsWith(signedOut)) await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are signed out.").waitFor();
    await page.goto(addressOf("/"));
    await page.getByRole("button", { name: "Sign in" }).click();
    // The issuer asks again who is there.
    await page.getByRole("button", { name: /^ana / }).waitFor();
  });

  it("that has ended leaves the page; after the next one, what was typed is there again, secrets aside", async () => {
    const { page } = await stack.visit("ana", `/runbooks/${restart}/edit`);
    await page.getByLabel("Name", { exact: true }).fill("Restart a service at once");
    await page.route(`${stack.api}/runbooks/**`, (route) =>
      route.fulfill({
        status: 401,
        contentType: "application/json",
        body: '{"message": "Unauthorized"}',
      }),
    );
    await page.getByLabel("Token", { exact: true }).fill(SECRET);
    await page.getByLabel("Description").fill("Another description");
    await page.getByText("Your session has ended.").waitFor();
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Restart a service at once");
    await page.unroute(`${stack.api}/runbooks/**`);
    page.on("dialog", (dialog) => dialog.accept());
    await page.getByRole("button", { name: "Sign in again" }).click();
    await page.getByText("This is what you had typed").waitFor();
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Restart a service at once");
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(SECRET);
    await page.getByRole("button", { name: "Discard it" }).click();
    await expect.poll(() => page.getByLabel("Name", { exact: true }).inputValue()).toBe("Restart a service");
  });

  it("says in the issuer's words why a sign-in failed, and offers another", async () => {
    const { page } = await stack.visit("ana", "/");
    await page.goto(addressOf("/signed-in?state=none&error=access_denied&error_description=Nobody+may"));
    await page.getByText("This answer belongs to no sign-in of this tab").waitFor();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
  });

  it("is said to be offline while there is no network, and goes on afterwards", async () => {
    const { page } = await stack.visit("ana", "/");
    await page.context().setOffline(true);
    await page.getByRole("link", { name: "Restart a service" }).click();
    await page.getByText("You are offline").waitFor();
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Load again" }).click();
    await page.getByRole("heading", { name: "What it calls" }).waitFor();
  });
});
