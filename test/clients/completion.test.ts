// `runbooks completion bash`, in a real bash: what Tab proposes for a command line that is being typed.
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { ROOT } from "../../infra/docs/documents.ts";

const SCRIPT = `
runbooks() { "$NODE" clients/cli/main.ts "$@"; }
source <(runbooks completion bash)
complete -p runbooks
COMP_WORDS=(runbooks "$@")
COMP_CWORD=$#
_runbooks
printf '%s\\n' "\${COMPREPLY[@]}"
`;

/** What Tab proposes when the last of these words is not yet whole. */
function proposalsFor(...words: string[]): string[] {
  const { stdout, stderr, status } = spawnSync("bash", ["--norc", "-ec", SCRIPT, "bash", ...words], {
    cwd: ROOT,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", NODE: process.execPath },
  });
  expect([status, stderr]).toEqual([0, ""]);
  const [registered, ...proposals] = stdout.trim().split("\n");
  expect(registered).toBe("complete -o default -F _runbooks runbooks");
  return proposals;
}

it.each([
  [["ex"], ["executions", "export"]],
  [["zz"], [""]],
  [["list", "--de"], ["--deleted"]],
  [
    ["list", "--status", "D"],
    ["DRAFT", "DEPRECATED"],
  ],
])("%j is completed by %j", (words, proposals) => {
  expect(proposalsFor(...words).join("\n")).toBe(proposals.join("\n").trim());
});
