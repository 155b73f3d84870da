// Prints answers: JSON for programs, tables and lines for people, in colour on a terminal.
import { styleText } from "node:util";
import type { Terminal } from "./terminal.ts";
import { clean, cleanJson, formatTable } from "./text.ts";

type Style = "green" | "red" | "yellow" | "bold" | "dim";

export type Printer = {
  isJson: boolean;
  /** Prints the value as JSON, or what `toText` makes of it. */
  value: <T>(value: T, toText: (value: T) => string) => void;
  /** Prints a list as JSON, or as a table. */
  table: <T>(items: readonly T[], columns: Readonly<Record<string, (item: T) => string>>) => void;
  /** A line for people, on standard error if the answer is JSON. */
  note: (text: string) => void;
  style: (style: Style, text: string) => string;
};

export function createPrinter(
  { stdout, stderr, env }: Pick<Terminal, "stdout" | "stderr" | "env">,
  isJson: boolean,
): Printer {
  const hasColor = stdout.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const say = (text: string) => void stdout.write(`${text}\n`);
  return {
    isJson,
    value: (value, toText) => say(isJson ? cleanJson(value) : toText(value)),
    table: (items, columns) => {
      if (isJson) return say(cleanJson(items));
      if (items.length === 0) return void stderr.write("None.\n");
      const titles = Object.keys(columns);
      say(
        formatTable(
          titles,
          items.map((item) => Object.values(columns).map((cell) => cell(item))),
        ),
      );
    },
    note: (text) => void (isJson ? stderr : stdout).write(`${clean(text, { lines: true })}\n`),
    style: (style, text) => (hasColor ? styleText(style, text, { validateStream: false }) : text),
  };
}
