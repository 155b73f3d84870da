// The type of a parameter schema, its limits, and the functions that read one.

import type { JsonObject } from "../domain/json.ts";
import { isObject } from "../domain/json.ts";

/** The author's JSON Schema 2020-12 of a flat object. `{}` means no parameters. */
export type ParameterSchema = JsonObject;

export const SCALAR_TYPES = ["string", "number", "integer", "boolean"] as const;
export const PARAMETER_TYPES = [...SCALAR_TYPES, "array"] as const;
type ScalarType = (typeof SCALAR_TYPES)[number];
export type ParameterType = (typeof PARAMETER_TYPES)[number];
export type Scalar = string | number | boolean;
export type ParameterValue = Scalar | Scalar[];

/** One of `oneOf`: a value that is allowed, and its label. */
type Choice = { const: Scalar; title?: string; description?: string };

/** A scalar property of a schema that passed `checkParameterSchema`, or the items of an array. */
export type ScalarParameter = {
  type: ScalarType;
  default?: Scalar;
  enum?: Scalar[];
  const?: Scalar;
  oneOf?: Choice[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  writeOnly?: boolean;
  /** Executions are found by its value. */
  searchable?: boolean;
};

export type ArrayParameter = {
  type: "array";
  items: ScalarParameter;
  default?: Scalar[];
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
};

/** One property of a schema that passed `checkParameterSchema`. */
export type Parameter = ScalarParameter | ArrayParameter;

/** Lengths are in characters (code points, as in JSON Schema), sizes in bytes of UTF-8 JSON. */
export const LIMITS = {
  schemaBytes: 32 * 1024,
  parameters: 50,
  /** Also the most labelled choices of `oneOf`. */
  enumValues: 1000,
  /** Default `maxItems` of an array. */
  items: 1000,
  maxLength: 4096,
  patternCharacters: 512,
  titleCharacters: 100,
  descriptionCharacters: 1000,
  /** Default `maxLength` of a string. */
  stringCharacters: 8192,
  parametersBytes: 32 * 1024,
  /** A shorter secret occurs in texts by chance. Masking it would be useless or destructive. */
  secretCharacters: 6,
  /** The most issues in one response, so that a hostile body cannot cause a large one. */
  issues: 50,
} as const;

export function ownMember(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

export function isRequired(schema: ParameterSchema, name: string): boolean {
  const required = ownMember(schema, "required");
  return Array.isArray(required) && required.includes(name);
}

/** Returns the parameters by name, in the author's order. Reads what it can of an invalid schema and never throws. */
export function parametersOf(schema: object): Map<string, Parameter> {
  const properties = ownMember(schema, "properties");
  const entries = isObject(properties) ? Object.entries(properties) : [];
  return new Map(entries.filter((entry): entry is [string, Parameter] => isObject(entry[1])));
}

export function parameterNames(schema: ParameterSchema): string[] {
  return [...parametersOf(schema).keys()];
}

/** Returns the values that the parameter allows, in the author's order, or null if they are not listed. */
export function choicesOf(parameter: ScalarParameter): readonly Scalar[] | null {
  if (parameter.const !== undefined) return [parameter.const];
  return parameter.enum ?? parameter.oneOf?.map((choice) => choice.const) ?? null;
}

/** Returns the names of secret parameters: their values are encrypted at rest and masked everywhere. */
export function secretParameterNames(schema: ParameterSchema): string[] {
  return [...parametersOf(schema)].filter(([, p]) => isSecret(p)).map(([name]) => name);
}

/** Returns the names of the parameters by whose values executions are found. */
export function searchableParameterNames(schema: object): string[] {
  return [...parametersOf(schema)].filter(([, p]) => isSearchable(p)).map(([name]) => name);
}

const isSearchable = (parameter: Parameter) => parameter.type !== "array" && parameter.searchable === true;

const isSecret = (parameter: Parameter) => parameter.type !== "array" && parameter.writeOnly === true;

/** Returns the schema without these parameters, which have their values. What depends on them is required then. */
export function omitParameters(schema: ParameterSchema, names: readonly string[]): ParameterSchema {
  if (names.length === 0) return schema;
  const { properties, required } = schema;
  const isKept = (name: unknown) => !names.includes(String(name));
  const dependents = dependentsOf(schema);
  const needed = names.flatMap((name) => dependents.get(name) ?? []);
  return {
    ...schema,
    ...(isObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).filter(([name]) => isKept(name)),
      ) as JsonObject,
    }),
    required: [...(Array.isArray(required) ? required : []), ...needed].filter(isKept),
    dependentRequired: Object.fromEntries(
      [...dependents].filter(([name]) => isKept(name)).map(([name, others]) => [name, others.filter(isKept)]),
    ),
  };
}

/** Returns `dependentRequired`: which parameters a given one needs. Reads what it can of an invalid schema. */
export function dependentsOf(schema: ParameterSchema): Map<string, string[]> {
  const dependents = ownMember(schema, "dependentRequired");
  if (!isObject(dependents)) return new Map();
  return new Map(
    Object.entries(dependents).map(([name, others]) => [
      name,
      Array.isArray(others) ? others.filter((other) => typeof other === "string") : [],
    ]),
  );
}
