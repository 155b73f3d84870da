// What is wrong with options, in words: a line for each, with its name, what it is given as, and what is wanted.
import { findNearestName } from "../../../shared/domain/nearest-name.ts";

/** `pointer`: the option, as a JSON pointer, and the item of its list. */
type OptionIssue = { pointer: string; message: string };

/** Characters of a value that are shown. */
const SHOWN = 80;

/** One line for each; the only one follows what it is about. `names`: those of the options that there are. */
export function describeOptionIssues(
  issues: readonly OptionIssue[],
  given: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string {
  const lines = [...new Set(issues.map((issue) => describe(issue, given, names)))];
  const [only = ""] = lines;
  return lines.length > 1
    ? `Bad deployment options:\n${lines.join("\n")}`
    : `Bad deployment options: ${only}`;
}

function describe(
  { pointer, message }: OptionIssue,
  given: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string {
  const [, name = "", ...path] = pointer.split("/").map((part) => part.replaceAll("~0", "~"));
  if (!names.includes(name)) return describeUnknown(name, names);
  const value = name in given ? ` (given: ${show(valueAt(given[name], path))})` : "";
  return `${name} ${message}${value}`;
}

function describeUnknown(name: string, names: readonly string[]): string {
  const near = findNearestName(name, names);
  return `${oneLine(name)} is no option${near === undefined ? ": docs/deploying.md lists them" : `: did you mean ${near}?`}`;
}

/** The item of a list that is wrong, however the list is given; else the whole value. */
function valueAt(value: unknown, [index]: readonly string[]): unknown {
  const items = Array.isArray(value)
    ? value
    : String(value)
        .split(",")
        .flatMap((item) => item.trim() || []);
  return items[Number(index ?? Number.NaN)] ?? value;
}

function show(value: unknown): string {
  const text = oneLine(typeof value === "string" ? value : (JSON.stringify(value) ?? String(value)));
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}

const oneLine = (text: string) => text.replaceAll(/\s/g, " ");
