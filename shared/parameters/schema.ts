// The type of a parameter schema, its limits, and the functions that read one.

import type { JsonObject } from "../domain/json.ts";
import { isObject } from "../domain/json.ts";

/** The author's JSON Schema 2020-12 of a flat object. `{}` means no parameters. */
export type ParameterSchema = JsonObject;

export const PARAMETER_TYPES = ["string", "number", "integer", "boolean"] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];
export type ParameterValue = string | number | boolean;

/** One property of a schema that passed `checkParameterSchema`. */
export type Parameter = {
  type: ParameterType;
  title?: string;
  description?: string;
  default?: ParameterValue;
  enum?: ParameterValue[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  writeOnly?: boolean;
};

/** Lengths are in characters (code points, as in JSON Schema), sizes in bytes of UTF-8 JSON. */
export const LIMITS = {
  schemaBytes: 32 * 1024,
  parameters: 50,
  enumValues: 200,
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
export function parametersOf(schema: ParameterSchema): Map<string, Parameter> {
  const properties = ownMember(schema, "properties");
  const entries = isObject(properties) ? Object.entries(properties) : [];
  return new Map(entries.filter((entry): entry is [string, Parameter] => isObject(entry[1])));
}

export function parameterNames(schema: ParameterSchema): string[] {
  return [...parametersOf(schema).keys()];
}

/** Returns the names of secret parameters: their values are encrypted at rest and masked everywhere. */
export function secretParameterNames(schema: ParameterSchema): string[] {
  return [...parametersOf(schema)].filter(([, p]) => p.writeOnly === true).map(([name]) => name);
}

/** Returns the schema without these parameters. */
export function omitParameters(schema: ParameterSchema, names: readonly string[]): ParameterSchema {
  if (names.length === 0) return schema;
  const { properties, required } = schema;
  const isKept = (name: unknown) => !names.includes(String(name));
  return {
    ...schema,
    ...(isObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).filter(([name]) => isKept(name)),
      ) as JsonObject,
    }),
    ...(Array.isArray(required) && { required: required.filter(isKept) }),
  };
}
