// Tables of docs/controls.md: what two standards ask, and what shows that it is so here.
import { BROWSER } from "./controls/asvs-browser.ts";
import { IDENTITY } from "./controls/asvs-identity.ts";
import { INPUT } from "./controls/asvs-input.ts";
import { KEYS } from "./controls/asvs-keys.ts";
import { OPERATION } from "./controls/asvs-operation.ts";
import { TOKENS } from "./controls/asvs-tokens.ts";
import type { ControlRow, Proof, Verdict } from "./controls/row.ts";
import { type HubRow, SECURITY_HUB } from "./controls/security-hub.ts";
import { table } from "./markdown.ts";

const FINDINGS: Record<HubRow["finding"], string> = {
  pass: "pass",
  fail: "finding",
  none: "no such resource",
  account: "the account's",
};
const VERDICTS: Record<Verdict, string> = {
  met: "met",
  partly: "in part",
  deployment: "the deployment's",
  none: "does not apply",
};

export const ASVS: readonly ControlRow[] = [
  ...INPUT,
  ...BROWSER,
  ...IDENTITY,
  ...TOKENS,
  ...KEYS,
  ...OPERATION,
];

export function hubTable(): string {
  const rows = SECURITY_HUB.map(({ id, asks, finding, reason }) => [id, asks, FINDINGS[finding], reason]);
  return table(["control", "asks", "finding", "reason, or what the account does"], rows);
}

export function asvsTable(): string {
  const rows = ASVS.map(({ ids, asks, verdict, reason, tests }) => [
    ids.replaceAll(" ", ", "),
    asks,
    VERDICTS[verdict],
    [reason, tests.map(linkTo).join("; ")].filter((part) => part !== "").join(" "),
  ]);
  return table(["requirement", "asks", "verdict", "reason, or tests that show it"], rows);
}

/** How many requirements have each verdict. */
export function asvsSum(): string {
  const rows = Object.entries(VERDICTS).map(([verdict, text]) => {
    const ids = ASVS.filter((row) => row.verdict === verdict).flatMap(({ ids }) => ids.split(" "));
    return [text, ids.length];
  });
  return table(["verdict", "requirements"], rows);
}

/** Bars would end the cell. */
function linkTo({ file, title }: Proof): string {
  const link = `[${file.replace(/^.*\/|\.test\.ts$/g, "")}](../${file})`;
  return title === null ? link : `${link} \`${title.replaceAll("`", "'").replaceAll("|", "\\|")}\``;
}
