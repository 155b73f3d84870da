// Says in words what an event pattern asks for, one condition for each field.

/** `words`: after the field's name. */
type Condition = { field: string; words: string };

type Json = unknown;
const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns the conditions, which all must hold. What has no words is written as it is. */
export function describePattern(pattern: Json, path: readonly string[] = []): Condition[] {
  if (!isObject(pattern)) return [{ field: path.join("."), words: describeValues(pattern) }];
  return Object.entries(pattern).flatMap(([name, value]) =>
    name === "$or" && Array.isArray(value)
      ? [{ field: path.join("."), words: describeEither(value, path) }]
      : describePattern(value, [...path, name]),
  );
}

const describeEither = (patterns: readonly Json[], path: readonly string[]) =>
  `either ${patterns
    .map((each) =>
      describePattern(each, path)
        .map(({ field, words }) => `${field} ${words}`)
        .join(" and "),
    )
    .join(", or ")}`;

function describeValues(values: Json): string {
  if (!Array.isArray(values)) return JSON.stringify(values);
  const plain = values.filter((value) => !isObject(value)).map(sayValue);
  const others = values.filter(isObject).map(describeOperator);
  return [...(plain.length === 0 ? [] : [`is ${plain.join(" or ")}`]), ...others].join(", or ");
}

const sayValue = (value: Json): string =>
  typeof value === "string"
    ? `“${value}”`
    : Array.isArray(value)
      ? value.map(sayValue).join(" or ")
      : JSON.stringify(value);

/** Operator → its words. Any other is written as it is. */
const OPERATORS: Readonly<Record<string, (value: Json) => string>> = {
  prefix: (value) => `begins with ${describeText(value)}`,
  suffix: (value) => `ends with ${describeText(value)}`,
  "equals-ignore-case": (value) => `is ${describeText({ value })}`,
  wildcard: (value) => `is like ${sayValue(value)}`,
  cidr: (value) => `is an address in ${sayValue(value)}`,
  exists: (value) => (value === true ? "is there" : "is not there"),
  numeric: (value) => (Array.isArray(value) ? `is ${value.map(String).join(" ")}` : JSON.stringify(value)),
  "anything-but": (value) =>
    isObject(value) ? `is anything but what ${describeOperator(value)}` : `is not ${sayValue(value)}`,
};

const describeText = (value: Json) =>
  isObject(value) ? `${sayValue(Object.values(value)[0])}, in large or small letters` : sayValue(value);

function describeOperator(operator: Record<string, Json>): string {
  const [name = "", value] = Object.entries(operator)[0] ?? [];
  return OPERATORS[name]?.(value) ?? JSON.stringify(operator);
}
