// What a program or a page loads of the client: small, and nothing of Node, zod or the contract.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { ROOT } from "../../../infra/docs/documents.ts";

const MOST_GZIPPED_BYTES = 25_000;

async function bundleForBrowsers() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["clients/api-client/client.ts"],
    ...{ bundle: true, minify: true, write: false, metafile: true },
    ...{ format: "esm", platform: "browser", target: ["es2022"], logLevel: "silent" },
  });
  return { text: outputFiles[0]?.text ?? "", inputs: Object.keys(metafile.inputs) };
}

it("is bundled for browsers from its own files alone, in less than 25 KB", async () => {
  const { text, inputs } = await bundleForBrowsers();
  expect(inputs.filter((file) => !file.startsWith("clients/api-client/"))).toEqual([]);
  expect(text).toContain("runbookId");
  expect(text).not.toMatch(/node:|require\(|process\.|Buffer\b/);
  expect(gzipSync(text).byteLength).toBeLessThan(MOST_GZIPPED_BYTES);
});

it("runs alone", async () => {
  const { text } = await bundleForBrowsers();
  const program = `
    const { RunbooksClient } = await import("data:text/javascript," + encodeURIComponent(process.env.BUNDLE));
    const client = new RunbooksClient({
      baseUrl: "https://runbooks.example.com",
      token: "a.b.c",
      fetch: async (url, { headers }) => Response.json({ url, token: headers.authorization }),
    });
    console.log(JSON.stringify(await client.getRunbook({ runbookId: "runbook_1" })));
  `;
  const env = { PATH: process.env["PATH"], BUNDLE: text };
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    env,
    cwd: join(ROOT, ".."),
  });
  expect(JSON.parse(said)).toEqual({
    url: "https://runbooks.example.com/runbooks/runbook_1",
    token: "Bearer a.b.c",
  });
});
