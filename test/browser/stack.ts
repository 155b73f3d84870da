// A whole local stack as a process, with a receiver and a real browser in which people sign in at the real issuer.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { signToken } from "../../infra/local/oidc/identity.ts";
import { dataFolder, spawnLocalHost } from "../support/local-host.ts";
import { type Answering, type Receiver, startReceiver } from "../support/receiver.ts";
import { launchBrowser } from "./chromium.ts";
import { type Callers, createCallers } from "./people.ts";

/** `complaints`: what the browser says against a page: scripts that fail, and what its policy forbids. */
type Visit = { page: Page; complaints: string[] };

export type Stack = AsyncDisposable & {
  api: string;
  aws: string;
  dynamoDb: string;
  callers: Callers;
  receiver: Receiver;
  /** Signs in with a browser of their own, and waits for the page. */
  visit: (person: string, path: string, options?: BrowserContextOptions) => Promise<Visit>;
  /** Opens a path of the host with a browser of its own, in which nobody has signed in. */
  open: (path: string, options?: BrowserContextOptions) => Promise<Visit>;
};

/** A request that is refused is told as an error of the console, and is none. */
const REFUSED = /^Failed to load resource: the server responded with a status of 4/;

/** `env`: options of the stack, in place of what it has by itself. */
export async function startStack(answer: Answering, env: Record<string, string> = {}): Promise<Stack> {
  const folder = dataFolder();
  const settings = {
    ...{ POWERTOOLS_LOG_LEVEL: "ERROR", APPROVALS_REQUIRED: "low=1,medium=1,high=1" },
    ...env,
  };
  const [host, receiver, browser] = await Promise.all([
    spawnLocalHost(folder.path, settings),
    startReceiver(answer),
    launchBrowser(),
  ]);
  const tokenOf = (user: string, groups: readonly string[]) =>
    signToken(host.identity, { user, groups: [...groups], expiresInSeconds: 3600 });
  return {
    ...{
      api: host.api,
      aws: host.aws,
      dynamoDb: host.dynamoDb,
      receiver,
      callers: createCallers(host.api, tokenOf),
    },
    visit: (person, path, options) => signIn(browser, `${host.api}/console${path}`, person, options),
    open: (path, options) => openPage(browser, `${host.api}${path}`, options),
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await receiver.close();
      await host.end("SIGTERM");
      folder.remove();
    },
  };
}

async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (said) => {
    if (said.type() === "error" && !REFUSED.test(said.text())) complaints.push(said.text());
  });
  await page.goto(url);
  return { page, complaints };
}

async function signIn(
  browser: Browser,
  url: string,
  person: string,
  options?: BrowserContextOptions,
): Promise<Visit> {
  const { page, complaints } = await openPage(browser, url, options);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: new RegExp(`^${person} `) }).click();
  await page.locator("#page h1").waitFor();
  return { page, complaints };
}
