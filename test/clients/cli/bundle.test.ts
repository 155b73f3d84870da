// The command line as a bundle: it runs alone, and loads no command that is not called.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { COMMAND_NAMES } from "../../../clients/cli/commands.ts";
import { buildProgram } from "../../support/built-program.ts";

const Metafile = z.object({
  outputs: z.record(
    z.string(),
    z.object({
      bytes: z.int(),
      entryPoint: z.string().optional(),
      inputs: z.record(z.string(), z.unknown()),
      imports: z.array(z.object({ path: z.string(), kind: z.string() })),
    }),
  ),
});

/** Bytes that any call reads before its command: the parser of arguments is most of them. */
const MOST_BYTES_AT_START = 60_000;

const folder = mkdtempSync(join(tmpdir(), "cli-bundle-"));
const program = join(folder, "runbooks.mjs");
let outputs: z.output<typeof Metafile>["outputs"];
beforeAll(() => {
  buildProgram(folder);
  outputs = Metafile.parse(JSON.parse(readFileSync(join(folder, "runbooks.json"), "utf8"))).outputs;
});
afterAll(() => rmSync(folder, { recursive: true }));

const call = (...words: string[]) =>
  spawnSync(process.execPath, [program, ...words], {
    encoding: "utf8",
    cwd: folder,
    env: { RUNBOOKS_CONFIG: folder },
  });

/** The files that are loaded with the entry: what it imports, not what it may load later. */
function loadedAtStart(): string[] {
  const entry =
    Object.keys(outputs).find((file) => outputs[file]?.entryPoint === "clients/cli/main.ts") ?? "";
  const found = new Set([entry]);
  for (const file of found)
    for (const { path, kind } of outputs[file]?.imports ?? [])
      if (kind === "import-statement") found.add(path);
  return [...found].filter((file) => Object.hasOwn(outputs, file));
}

describe("the bundle", () => {
  it("loads no command before it is called, and little else", () => {
    const files = loadedAtStart();
    const inputs = files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
    expect(inputs).toContain("clients/cli/application.ts");
    expect(inputs.filter((input) => input.startsWith("clients/cli/commands/"))).toEqual([]);
    expect(inputs.filter((input) => /zod|shared\//.test(input))).toEqual([]);
    expect(files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0)).toBeLessThan(
      MOST_BYTES_AT_START,
    );
  });

  it("runs alone: help, a wrong word, a command", () => {
    const help = call("--help");
    expect([help.status, help.stderr]).toEqual([0, ""]);
    expect(COMMAND_NAMES.filter((name) => !help.stdout.includes(`  ${name} `))).toEqual([]);
    expect(call("lst")).toMatchObject({ status: 2, stdout: "" });
    const unreachable = call("list", "--api", "http://127.0.0.1:1");
    expect([unreachable.status, unreachable.stdout]).toEqual([5, ""]);
    expect(unreachable.stderr).toMatch(/^http:\/\/127\.0\.0\.1:1 cannot be reached/);
  });

  it("reads files of runbooks, with the parsers that it holds", () => {
    mkdirSync(join(folder, "runbooks"));
    writeFileSync(join(folder, "runbooks/wrong.yaml"), "name: [\n");
    writeFileSync(join(folder, "runbooks/unfit.yaml"), "name: 1\n");
    const { status, stdout, stderr } = call("plan", ".");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /^runbooks\/unfit\.yaml:1:1: .*\nrunbooks\/unfit\.yaml:1:7: \/name must be string\n/,
    );
    expect(stderr).toMatch(/\nrunbooks\/wrong\.yaml:\d:\d: /);
  });

  it("says in its first line how it is run", () => {
    expect(readFileSync(program, "utf8").split("\n")[0]).toBe("#!/usr/bin/env node");
  });

  it("ends quietly when its reader has seen enough", () => {
    const piped = spawnSync("sh", ["-c", `"${process.execPath}" "${program}" --help | true`], {
      encoding: "utf8",
    });
    expect([piped.status, piped.stderr]).toEqual([0, ""]);
  });
});

describe("completion", () => {
  it("in bash proposes commands and options", () => {
    const complete = (...words: string[]) => {
      const script = `
        runbooks() { "${process.execPath}" "${program}" "$@"; }
        eval "$(runbooks completion bash)"
        COMP_WORDS=(runbooks "$@"); COMP_CWORD=$#
        _runbooks; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync("bash", ["-c", script, "bash", ...words], { encoding: "utf8" })
        .trim()
        .split("\n");
    };
    expect(complete("ru")).toEqual(["run"]);
    expect(complete("").filter((word) => word === "run" || word === "doctor")).toHaveLength(2);
    expect(complete("run", "--wa")).toEqual(["--wait"]);
    expect(complete("list", "--status", "")).toEqual(["DRAFT", "APPROVED", "DEPRECATED"]);
  });

  it("for zsh is a completion function, and another shell is refused", () => {
    expect(call("completion", "zsh").stdout).toMatch(/^#compdef runbooks\n/);
    expect(call("completion", "fish")).toMatchObject({ status: 2, stdout: "" });
  });
});
