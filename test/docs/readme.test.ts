// The sessions in the README and in docs/api.md work when they are pasted into bash beside a running host.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, readDocument } from "../../infra/docs/documents.ts";
import { findFreePort } from "../../infra/local/platform/ports.ts";
import { dataFolder, type HostProcess, spawnLocalHost } from "../support/local-host.ts";

const folder = dataFolder();
let host: HostProcess;

beforeAll(async () => {
  host = await spawnLocalHost(folder.path);
});

afterAll(async () => {
  await host.end("SIGTERM");
  folder.remove();
});

function sessionIn(file: string): string {
  const block = /<!-- session -->\n```bash\n([\s\S]*?)```/.exec(readDocument(file))?.[1];
  if (block === undefined) throw new Error(`${file} has no session`);
  return block;
}

/** As somebody's terminal would: the project's folder, the project's node first on the path. */
async function paste(commands: string): Promise<{ out: string; code: number | null }> {
  const bash = spawn("bash", ["-c", commands], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
      PORT: new URL(host.api).port,
      DATA_DIR: folder.path,
      HOOK_PORT: String(await findFreePort()),
    },
  });
  let out = "";
  for (const stream of [bash.stdout, bash.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
  }
  const [code]: Array<number | null> = await once(bash, "close");
  return { out, code: code ?? null };
}

describe("the README", () => {
  it("leads from a draft to a delivered webhook when its session is pasted", async () => {
    const { out, code } = await paste(sessionIn("README.md"));
    expect(out).toContain('"code":"runbook_not_approved"');
    expect(out).toMatch(/^APPROVED$/m);
    const [, id] = /RECEIVED POST \/restart (execution_\w+) /.exec(out) ?? [];
    expect(out).toContain(`${id} {"service": "checkout", "drainSeconds": 30}`);
    expect(out).toContain("the run ended: SUCCESS");
    expect(out).not.toContain("a-secret-token");
    expect(code, out).toBe(0);
  });
});

describe("docs/api.md", () => {
  it("shows what each of its curl lines is for when its session is pasted", async () => {
    const { out, code } = await paste(sessionIn("docs/api.md"));
    const lines = out.trim().split("\n");
    const problem = lines.find((line) => line.includes("urn:runbooks:problem:")) ?? "";
    const audit = lines.at(-1) ?? "";
    expect(lines.filter((line) => line !== problem && line !== audit)).toEqual([
      '{"status":"ok"}',
      '{"service": "checkout"}',
      "2",
      expect.stringContaining('"field":"timeoutSeconds"'),
      "APPROVED",
      "3",
      "CANCELLED",
      "null",
      "false",
      "204",
      "true",
      "false",
    ]);
    expect(JSON.parse(problem)).toMatchObject({ status: 400, code: "invalid_parameters" });
    expect(JSON.parse(audit).items).toHaveLength(3);
    expect(code, out).toBe(0);
  });
});
