// Reads the part of the language of CloudWatch Logs Insights that the saved queries use, over lines of a log.

export type Line = Record<string, unknown>;

/** `a.b` is the member `b` of `a`, as Logs Insights names what it finds in JSON. */
const valueAt = (field: string, line: Line): unknown =>
  field.split(".").reduce<unknown>((value, name) => Reflect.get(Object(value), name), line);

const stagesOf = (query: string) =>
  query.split("|").map((stage) => {
    const [, command = "", rest = ""] = /^\s*(\w+)\s+(.*?)\s*$/s.exec(stage) ?? [];
    return { command, rest };
  });

type Test = (line: Line) => boolean;

function readTest(text: string): Test {
  const [, field = "", value] = /^([\w.]+) = "([^"]*)"$/.exec(text) ?? [];
  if (value !== undefined) return (line) => valueAt(field, line) === value;
  const [, present] = /^ispresent\(([\w.]+)\)$/.exec(text) ?? [];
  if (present === undefined) throw new Error(`This condition is not read here: ${text}`);
  return (line) => (valueAt(present, line) ?? null) !== null;
}

/** Conditions that are all joined by `and`, or all by `or`. */
function readFilter(text: string): Test {
  const parts = text.split(/ (and|or) /);
  const joints = new Set(parts.filter((_, n) => n % 2 === 1));
  if (joints.size > 1) throw new Error(`This filter needs brackets: ${text}`);
  const tests = parts.filter((_, n) => n % 2 === 0).map(readTest);
  return joints.has("or")
    ? (line) => tests.some((test) => test(line))
    : (line) => tests.every((test) => test(line));
}

/** The lines that are left after the filters of a query. */
export function selectLines(query: string, lines: readonly Line[]): Line[] {
  const filters = stagesOf(query).flatMap(({ command, rest }) =>
    command === "filter" ? [readFilter(rest)] : [],
  );
  return lines.filter((line) => filters.every((passes) => passes(line)));
}

/** What a query reads beside its filters: names that it gives itself, and those of CloudWatch, are none of the line's. */
export function queriedFields(query: string): { field: string; valueIn: (line: Line) => unknown }[] {
  const stages = stagesOf(query).filter(({ command }) => /^(fields|display|stats|sort)$/.test(command));
  const text = stages.map(({ rest }) => rest).join(" ");
  const given = new Set([...text.matchAll(/\bas (\w+)/g)].map(([, name]) => name));
  const words = text.replaceAll(/\bas \w+/g, "").match(/(?<![@\w.])[a-zA-Z][\w.]*(?!\w*\()/g) ?? [];
  const fields = words.filter((word) => !given.has(word) && !/^(by|desc|asc)$/.test(word));
  return [...new Set(fields)].map((field) => ({ field, valueIn: (line) => valueAt(field, line) }));
}
