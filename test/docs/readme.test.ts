// The session in the README works when it is pasted into bash beside a running host.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../infra/docs/documents.ts";
import { freePort } from "../../infra/local/ports.ts";
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

function session(): string {
  const readme = readFileSync(`${ROOT}/README.md`, "utf8");
  const block = /<!-- session -->\n```bash\n([\s\S]*?)```/.exec(readme)?.[1];
  if (block === undefined) throw new Error("The README has no session");
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
      HOOK_PORT: String(await freePort()),
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
    const { out, code } = await paste(session());
    expect(out).toContain('"code":"runbook_not_approved"');
    expect(out).toMatch(/^APPROVED$/m);
    const [, id] = /RECEIVED POST \/restart (execution_\w+) /.exec(out) ?? [];
    expect(out).toContain(`${id} {"service": "checkout", "drainSeconds": 30}`);
    expect(out).toContain("the run ended: SUCCESS");
    expect(out).not.toContain("a-secret-token");
    expect(code, out).toBe(0);
  });
});
