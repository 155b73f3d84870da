// For any schema: inputs that are wrong in every kind of way, at every place that its JSON Schema names.
import * as z from "zod";

type Node = {
  properties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
  items?: Node;
  anyOf?: Node[];
  oneOf?: Node[];
  allOf?: Node[];
  const?: unknown;
};
/** Puts a value to its place in an input that has nothing else but what leads there. */
type Put = (value: unknown) => unknown;

const LONG = 70_000;
const MANY = 300;

/** One for each kind of wrong: nothing, null, of each type, too short, too long, of no form, out of range, in parts. */
const WRONG_VALUES: readonly unknown[] = [
  undefined,
  null,
  true,
  "",
  "x",
  " \u0000",
  "x".repeat(LONG),
  -1,
  0,
  1.5,
  1e12,
  [],
  [null],
  Array.from({ length: MANY }, () => "x"),
  {},
  { nobodyKnows: 1 },
  { ["x".repeat(LONG)]: 1 },
  Object.fromEntries(Array.from({ length: MANY }, (_, at) => [`member${at}`, at])),
];

/** Inputs of this schema, each of them wrong or in some lucky case right. */
export function wrongInputs(schema: z.ZodType): unknown[] {
  const node = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" });
  return placesIn(node as Node).flatMap((put) => WRONG_VALUES.map(put));
}

function placesIn(node: Node): Put[] {
  const alternatives = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
  const constants = Object.entries(node.properties ?? {}).flatMap(([name, inner]) =>
    inner.const === undefined ? [] : [[name, inner.const] as const],
  );
  const members = Object.entries(node.properties ?? {}).map(([name, inner]) => ({ name, inner }));
  const others =
    typeof node.additionalProperties === "object" ? [{ name: "any", inner: node.additionalProperties }] : [];
  return [
    (value) => value,
    ...alternatives.flatMap(placesIn),
    ...[...members, ...others].flatMap(({ name, inner }) =>
      placesIn(inner).map<Put>((put) => (value) => ({
        ...Object.fromEntries(constants),
        [name]: put(value),
      })),
    ),
    ...(node.items ? placesIn(node.items).map<Put>((put) => (value) => [put(value)]) : []),
  ];
}
