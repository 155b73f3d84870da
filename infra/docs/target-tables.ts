// Blocks of docs/how-to/targets.md: the table of the examples, and the runbooks themselves.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Example, readExamples } from "../local/examples/read-examples.ts";
import { code, table } from "./markdown.ts";

/** The examples that the page shows in full. */
const SHOWN = [
  "slack-webhook",
  "datadog-downtime",
  "azure-automation",
  "ansible-eda",
  "gitlab",
  "github-deployment",
  "pagerduty",
  "slack-message",
  "argo-workflow",
  "kubernetes-delete-pod",
] as const;

export const targetBlocks: Record<string, () => string> = {
  targets: targetTable,
  ...Object.fromEntries(SHOWN.map((name) => [name, () => runbookText(name)])),
};

function targetTable(): string {
  return table(["system", "example", "what to know"], readExamples().map(toRow));
}

const toRow = ({ system, documentation, file, traps }: Example) => [
  `[${system}](${documentation})`,
  code(file),
  traps.trim(),
];

/** The part of the file that is the body of `POST /runbooks`. */
function runbookText(name: string): string {
  const file = fileURLToPath(new URL(`../../examples/targets/${name}.yaml`, import.meta.url));
  const [, runbook = ""] = /^runbook:\n([\s\S]*?)^example:/m.exec(readFileSync(file, "utf8")) ?? [];
  return `\`\`\`yaml\n${runbook.replaceAll(/^ {2}/gm, "").trimEnd()}\n\`\`\``;
}
