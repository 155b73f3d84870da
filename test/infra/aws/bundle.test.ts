// A bundle holds everything that a function needs, CommonJS packages included, and runs as an ES module on its own.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { bundle } from "../../../infra/aws/bundle.ts";
import { ENTRIES } from "../../../infra/aws/entries.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "bundle-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs `handler` of a bundle with no packages around it. */
function run(name: string): unknown {
  const program = `import { handler } from "./${name}/index.mjs"; console.log(JSON.stringify(await handler()));`;
  const options = { cwd: join(directory, "out"), encoding: "utf8" } as const;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", program], options));
}

it("runs alone, though it holds packages that are CommonJS and ask for Node's modules", () => {
  const source = join(directory, "sample.ts");
  const from = (name: string) => JSON.stringify(join(root, "node_modules", name));
  writeFileSync(
    source,
    `import Handlebars from ${from("handlebars/lib/index.js")};
     export const handler = async (): Promise<unknown> =>
       ({ text: Handlebars.create().compile("{{a}}")({ a: 1 }) });`,
  );
  const sizes = bundle([{ name: "sample", file: source }], root, join(directory, "out"));
  expect(run("sample")).toEqual({ text: "1" });
  expect(sizes.get("sample")).toBe(readFileSync(join(directory, "out/sample/index.mjs")).byteLength);
});

it("of every function of the contract loads alone, and has a handler", () => {
  const out = join(directory, "out");
  const sizes = bundle(ENTRIES, root, out);
  expect([...sizes.keys()].sort()).toEqual(ENTRIES.map(({ name }) => name).sort());
  const program = `
    const names = ${JSON.stringify([...sizes.keys()])};
    const loaded = await Promise.all(names.map((name) => import(\`./\${name}/index.mjs\`)));
    console.log(JSON.stringify(loaded.map(({ handler }) => typeof handler)));`;
  const options = { cwd: out, encoding: "utf8" } as const;
  const types: unknown = JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", program], options),
  );
  expect(types).toEqual(ENTRIES.map(() => "function"));
}, 120_000);

it("is not made if a file is missing", () => {
  const missing = { name: "missing", file: "functions/api/missing.ts" };
  expect(() => bundle([missing], root, join(directory, "none"))).toThrow(/missing/);
});
