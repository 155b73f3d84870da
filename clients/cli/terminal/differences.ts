// What changed between two versions, and its risk, as lines for a terminal.
import type { OutputOf } from "../../api-client/types.ts";
import type { Printer } from "./printer.ts";
import { clean } from "./text.ts";

type Diff = OutputOf<"diff-versions">;

export function differenceLines(print: Printer, differences: Diff["differences"]): string[] {
  return differences.flatMap(({ field, ...values }) => [
    print.style("bold", clean(field)),
    ...("from" in values ? [print.style("red", `  - ${formatValue(values.from)}`)] : []),
    ...("to" in values ? [print.style("green", `  + ${formatValue(values.to)}`)] : []),
    ...("from" in values || "to" in values ? [] : ["  (a secret changed)"]),
  ]);
}

export function riskLines(print: Printer, { level, reasons }: Diff["risk"]): string[] {
  const lines = reasons.map(
    (reason) => `  ${reason.level.padEnd(6)}  ${clean(reason.pointer)}  ${clean(reason.message)}`,
  );
  return [print.style("bold", `risk ${level}`), ...lines];
}

const formatValue = (value: unknown) => clean(typeof value === "string" ? value : JSON.stringify(value));
