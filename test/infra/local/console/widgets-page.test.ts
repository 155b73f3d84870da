// The page of the widgets on a developer's machine: the deployed function, and no way for what it shows to become code.
import "../../../support/quiet.ts";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WIDGET_NAMES, WIDGETS } from "../../../../shared/contract/widgets.ts";
import { startLocalHost, type TestHost } from "../../../support/local-host.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startLocalHost();
});
afterAll(() => host.stop());

const open = (query = "") => host.ask("GET", `/console/widgets${query}`);

it("shows each widget with what it is", async () => {
  const { status, text } = await open();
  expect(status).toBe(200);
  for (const name of WIDGET_NAMES) expect(text).toContain(`<h2>${WIDGETS[name].title}</h2>`);
  expect(text).toContain("Nothing waits for a review.");
  expect(text).toContain("No run has failed");
});

it("allows the styles that it has, and nothing else", async () => {
  const { text, headers } = await open();
  const styles = [...text.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style = ""]) => style);
  const hashes = styles.map((style) => `'sha256-${createHash("sha256").update(style).digest("base64")}'`);
  expect(headers.get("content-security-policy")).toBe(
    `default-src 'none'; style-src ${[...new Set(hashes)].join(" ")}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(text).not.toMatch(/<script|\sstyle=|\son\w+=/);
});

it("takes a time range, and nothing but the known ones", async () => {
  expect((await open("?range=7d")).text).toContain('<a href="?range=7d" aria-current="true">7d</a>');
  const { status, text } = await open("?range=%22%3E%3Cscript%3E");
  expect(status).toBe(200);
  expect(text).toContain('<a href="?range=24h" aria-current="true">24h</a>');
  expect(text).not.toContain("<script");
});

it("is no other method's", async () => {
  expect((await host.ask("POST", "/console/widgets")).status).toBe(405);
});
