// The JSON Schema of a runbook's parameter schema: the keywords that `shared/parameters` accepts.
import type { JsonObject } from "../../../shared/domain/json.ts";
import { FORMATS } from "../../../shared/parameters/formats.ts";
import { KEYWORDS } from "../../../shared/parameters/keywords.ts";
import { PARAMETER_NAME } from "../../../shared/parameters/names.ts";
import { LIMITS, PARAMETER_TYPES } from "../../../shared/parameters/schema.ts";

const scalar: JsonObject = { type: ["string", "number", "boolean"] };
const length: JsonObject = { type: "integer", minimum: 0, maximum: LIMITS.maxLength };

/** Keyword → the schema of its value, and its meaning. */
const VALUES: Record<string, JsonObject> = {
  title: {
    type: "string",
    maxLength: LIMITS.titleCharacters,
    description: "Name of the parameter, for people.",
  },
  description: {
    type: "string",
    maxLength: LIMITS.descriptionCharacters,
    description: "What the parameter means, for people.",
  },
  enum: {
    type: "array",
    minItems: 1,
    maxItems: LIMITS.enumValues,
    uniqueItems: true,
    items: scalar,
    description: "The values that are allowed.",
  },
  minimum: { type: "number", description: "The least value of a number." },
  maximum: { type: "number", description: "The largest value of a number." },
  minLength: { ...length, description: "The fewest characters of a string." },
  maxLength: { ...length, description: "The most characters of a string." },
  pattern: {
    type: "string",
    maxLength: LIMITS.patternCharacters,
    description: "Regular expression that a part of a string must match. It runs on a linear-time engine.",
  },
  format: { type: "string", enum: [...FORMATS.keys()], description: "Format of a string." },
  writeOnly: {
    type: "boolean",
    description: "True: the parameter is a secret. It is encrypted when stored, and masked everywhere.",
  },
};

/** `closed`: for requests, which reject unknown keywords. */
export function parameter(closed: boolean): JsonObject {
  const keywords = [...KEYWORDS.keys()].map((keyword) => {
    const value = VALUES[keyword];
    if (!value) throw new Error(`The keyword ${keyword} has no schema for its value`);
    return [keyword, value];
  });
  return {
    type: "object",
    description: "One parameter.",
    required: ["type"],
    properties: {
      type: { type: "string", enum: [...PARAMETER_TYPES], description: "Type of the value." },
      default: { ...scalar, description: "The value where the caller gives none." },
      ...Object.fromEntries(keywords),
    },
    ...(closed && { additionalProperties: false }),
  };
}

export function parameterSchema(description: string, ofOne: string, closed: boolean): JsonObject {
  return {
    type: "object",
    description,
    properties: {
      $schema: {
        type: "string",
        const: "https://json-schema.org/draft/2020-12/schema",
        description: "The dialect; there is no other.",
      },
      type: { type: "string", const: "object", description: "Required, unless the schema is empty." },
      title: VALUES["title"] ?? {},
      description: { type: "string", maxLength: LIMITS.descriptionCharacters, description: "For people." },
      properties: {
        type: "object",
        description: "Name → parameter.",
        maxProperties: LIMITS.parameters,
        propertyNames: { pattern: PARAMETER_NAME.source },
        additionalProperties: { $ref: `#/components/schemas/${ofOne}` },
      },
      required: {
        type: "array",
        items: { type: "string" },
        uniqueItems: true,
        description: "Names of the parameters that a caller must give.",
      },
      additionalProperties: {
        type: "boolean",
        const: false,
        description: "Unknown parameters are always refused.",
      },
    },
    ...(closed && { additionalProperties: false }),
  };
}
