// On a developer's machine the pages follow their source: built when they are asked for, and again after a change.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";
import { createPages } from "../../../../infra/local/console/pages.ts";
import { getAsset } from "../../../../shared/assets/read-asset.ts";
import { PAGE_NAMES, PAGES } from "../../../../shared/contract/pages.ts";

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  made.push(folder);
  return folder;
}

let root = "";
let folder = "";
let clock = 1_000;
beforeEach(() => {
  [root, folder] = [makeFolder(), makeFolder()];
  for (const name of PAGE_NAMES) write(PAGES[name].document, '<head></head><script src="main.ts"></script>');
  for (const name of PAGE_NAMES) write(join(dirname(PAGES[name].document), "main.ts"), "console.log('one');");
});

/** With a time of change of its own: two changes may be within one tick of the file system. */
function write(file: string, text: string): void {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  clock += 1;
  utimesSync(path, clock, clock);
}
const MAIN = join(dirname(PAGES.console.document), "main.ts");

async function codeOfPage(): Promise<string> {
  const page = await getAsset(folder, "documents/console.html");
  const [, address = ""] = /src="\/console\/(assets\/[^"]+)"/.exec(String(await page?.read(null))) ?? [];
  const code = await getAsset(folder, address);
  return String(await code?.read(null));
}

it("builds them when they are first asked for", async () => {
  await createPages(folder, root)();
  expect(await codeOfPage()).toContain("one");
});

it("builds them once for all who ask, and not again without a change", async () => {
  const prepare = createPages(folder, root);
  await Promise.all([prepare(), prepare(), prepare()]);
  const { ino } = statSync(join(folder, "manifest.json"));
  await prepare();
  expect(statSync(join(folder, "manifest.json")).ino).toBe(ino);
});

it("builds them again after a change of any source, and open pages keep their files", async () => {
  const prepare = createPages(folder, root);
  await prepare();
  const before = Object.keys(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as object);
  write(MAIN, "import './other.ts'; console.log('two');");
  write(join(dirname(MAIN), "other.ts"), "console.log('three');");
  await prepare();
  expect(await codeOfPage()).toMatch(/three.*two/s);
  write(join(dirname(MAIN), "other.ts"), "console.log('four');");
  await prepare();
  expect(await codeOfPage()).toContain("four");
  for (const file of before) expect(statSync(join(folder, file)).isFile()).toBe(true);
});

it("fails while the source cannot be built, and works again when it can", async () => {
  const prepare = createPages(folder, root);
  write(MAIN, "const = 1;");
  await expect(prepare()).rejects.toThrow(/main\.ts:1/);
  await expect(prepare()).rejects.toThrow(/main\.ts:1/);
  write(MAIN, "console.log('right');");
  await prepare();
  expect(await codeOfPage()).toContain("right");
});

it("leaves nothing of an earlier start", async () => {
  writeFileSync(join(folder, "old.js"), "");
  await createPages(folder, root)();
  expect(() => statSync(join(folder, "old.js"))).toThrow();
});
