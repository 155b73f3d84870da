// What the schema of a kind says about a value: its problems in words, and the defaults of what is missing.
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { isObject, type JsonObject, type JsonValue, pointerOf, valueAt } from "./json.ts";

/** Stands for a secret that the service has stored. */
export const MASK = "********";

/** `pointer` leads to what is wrong, or to what something is missing in. */
export type Finding = { pointer: string; message: string };

// Formats are the service's to check.
const ajv = new Ajv2020({
  ...{ strict: false, allErrors: true, verbose: true },
  ...{ discriminator: true, validateFormats: false },
});

/** Returns everything that is wrong, one finding for each place. */
export function checkSchema(schema: JsonObject, value: JsonValue): Finding[] {
  const validate = ajv.compile(schema);
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  // `Map.groupBy` is missing in Node 20.
  const byPlace = new Map<string, ErrorObject[]>();
  for (const error of errors) byPlace.set(placeOf(error), [...(byPlace.get(placeOf(error)) ?? []), error]);
  const places = [...byPlace.keys()];
  const isDeepest = (place: string) => !places.some((other) => other.startsWith(`${place}/`));
  return [...byPlace]
    .filter(([place, found]) => isDeepest(place) || !found.some(isOfAlternatives))
    .map(([pointer, found]) => ({ pointer, message: describe(found) }));
}

const isOfAlternatives = ({ keyword }: ErrorObject) => keyword === "anyOf" || keyword === "oneOf";

/** A field that is not known is wrong itself, not what it stands in. */
function placeOf({ keyword, instancePath, params }: ErrorObject): string {
  const name: unknown = keyword === "additionalProperties" ? params["additionalProperty"] : undefined;
  return typeof name === "string" ? instancePath + pointerOf(name) : instancePath;
}

function describe(errors: readonly ErrorObject[]): string {
  const alternatives = errors.find(isOfAlternatives);
  if (!alternatives) return [...new Set(errors.map(describeOne))].join(", ");
  if (Object(alternatives.parentSchema)["title"] === "Secret")
    return `a secret does not belong in a file: give {secretArn: …}, or "${MASK}" to keep what is stored`;
  const types = errors
    .filter(({ keyword }) => keyword === "type")
    .map(({ params }) => String(params["type"]));
  return types.length > 0
    ? `must be ${[...new Set(types)].join(" or ")}`
    : "has no form that is allowed here";
}

function describeOne({ keyword, params, message = "is wrong", parentSchema }: ErrorObject): string {
  if (keyword === "additionalProperties") {
    const known = Object.keys(Object(Object(parentSchema)["properties"]));
    return known.length > 0 ? `is no field. There are: ${known.join(", ")}` : "is no field";
  }
  if (keyword === "required") return `needs ${params["missingProperty"]}`;
  if (keyword === "enum") return `must be one of: ${(params["allowedValues"] as unknown[]).join(", ")}`;
  if (keyword === "const") return `must be ${JSON.stringify(params["allowedValue"])}`;
  return keyword === "discriminator" ? "needs a type that is known" : message;
}

/** Returns the value with the defaults of what is missing in it. The value must fit the schema. */
export function withDefaults(schema: JsonObject, value: JsonValue, root = schema): JsonValue {
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const target = valueAt(root, reference.slice(1));
    return isObject(target) ? withDefaults(target, value, root) : value;
  }
  if (!isObject(value)) return value;
  const alternatives = Array.isArray(schema["oneOf"]) ? schema["oneOf"].filter(isObject) : [];
  const chosen = alternatives.find((each) => valueAt(each, "/properties/type/const") === value["type"]);
  if (chosen) return withDefaults(chosen, value, root);
  const { properties } = schema;
  if (!isObject(properties)) return value;
  const filled: JsonObject = { ...value };
  for (const [name, field] of Object.entries(properties)) {
    if (!isObject(field)) continue;
    const given = Object.hasOwn(value, name) ? value[name] : field["default"];
    if (given !== undefined) filled[name] = withDefaults(field, given, root);
  }
  return filled;
}

/** Returns the value without the fields that are as they would be without being given. */
export function withoutDefaults(schema: JsonObject, value: JsonObject): JsonObject {
  const isDefault = (name: string, given: JsonValue) => {
    const { [name]: _left, ...rest } = value;
    const filled = withDefaults(schema, rest);
    return isObject(filled) && JSON.stringify(filled[name]) === JSON.stringify(given);
  };
  return Object.fromEntries(Object.entries(value).filter(([name, given]) => !isDefault(name, given)));
}
