// What makes two recorded values of the same kind: their names and types, and the words that say what they are.
import { Json, type JsonValue } from "../../shared/domain/json.ts";

/** The members whose values are words of the contract. */
const WORDS: ReadonlySet<string> = new Set([
  "action",
  "code",
  "detail-type",
  "next",
  "reason",
  "source",
  "status",
]);
/** How DynamoDB's JSON names types: the member around it has the name. */
const TYPES: ReadonlySet<string> = new Set(["S", "N", "M", "L", "BOOL", "NULL"]);

/** Returns equal texts for values of one shape. Text that is JSON has the shape of what it says. */
function shapeOf(value: JsonValue, name = ""): string {
  if (Array.isArray(value))
    return `[${[...new Set(value.map((item) => shapeOf(item, name)))].sort().join()}]`;
  if (typeof value === "string") return textShape(value, name);
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  const members = Object.entries(value).map(
    ([member, inner]) => `${memberShape(member)}:${shapeOf(inner, TYPES.has(member) ? name : member)}`,
  );
  return `{${members.sort().join()}}`;
}

/** Members that are named by ids are of one kind. */
const memberShape = (member: string) => (/[0-9]/.test(member) ? "#" : member);

function textShape(text: string, name: string): string {
  if (WORDS.has(name)) return JSON.stringify(text);
  if (!/^[[{]/.test(text)) return "string";
  try {
    return shapeOf(Json.parse(JSON.parse(text)), name);
  } catch {
    return "string";
  }
}

/** Returns the first values of each shape. */
export function onceOfEachShape<T>(values: readonly T[], show: (value: T) => unknown): T[] {
  const seen = new Map<string, T>();
  for (const value of values) {
    const shape = shapeOf(Json.parse(JSON.parse(JSON.stringify(show(value)))));
    if (!seen.has(shape)) seen.set(shape, value);
  }
  return [...seen.values()];
}
