// The JSON Schema of a runbook's parameter schema: the keywords that `shared/parameters` accepts.
import type { JsonObject } from "../../../shared/domain/json.ts";
import { PARAMETER_NAME } from "../../../shared/domain/runbooks/parameter-name.ts";
import { FORMATS } from "../../../shared/parameters/formats.ts";
import { KEYWORDS } from "../../../shared/parameters/keywords.ts";
import {
  LIMITS,
  PARAMETER_TYPES,
  type ParameterType,
  SCALAR_TYPES,
} from "../../../shared/parameters/schema.ts";

const scalar: JsonObject = { type: ["string", "number", "boolean"] };
const count: JsonObject = { type: "integer", minimum: 0, maximum: LIMITS.items };
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
  const: { ...scalar, description: "The one value that is allowed." },
  oneOf: {
    type: "array",
    minItems: 1,
    maxItems: LIMITS.enumValues,
    description: "The values that are allowed, each with a label for people.",
    items: {
      type: "object",
      required: ["const"],
      properties: {
        const: { ...scalar, description: "The value." },
        title: { type: "string", maxLength: LIMITS.titleCharacters, description: "Its label." },
        description: {
          type: "string",
          maxLength: LIMITS.descriptionCharacters,
          description: "What it means.",
        },
      },
    },
  },
  minimum: { type: "number", description: "The least value of a number." },
  maximum: { type: "number", description: "The largest value of a number." },
  exclusiveMinimum: { type: "number", description: "A number is greater than this." },
  exclusiveMaximum: { type: "number", description: "A number is less than this." },
  multipleOf: { type: "number", exclusiveMinimum: 0, description: "A number is a multiple of this." },
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
  searchable: {
    type: "boolean",
    description:
      "True: `GET /executions?parameter.<name>=<value>` finds executions by its value. At most three.",
  },
  minItems: { ...count, description: "The fewest items of an array." },
  maxItems: { ...count, description: `The most items of an array. Without it: ${LIMITS.items}.` },
  uniqueItems: { type: "boolean", description: "True: no item of an array occurs twice." },
  examples: { type: "array", items: {}, description: "Examples, for people." },
  deprecated: { type: "boolean", description: "True: the parameter should no longer be used." },
  $comment: { type: "string", maxLength: 1000, description: "A note for authors." },
};

/** Names of annotations of the author's own. */
const OWN_ANNOTATIONS = { "^x-": { description: "An annotation of the author's own, any JSON." } };

const DEPENDENT_REQUIRED: JsonObject = {
  type: "object",
  additionalProperties: { type: "array", items: { type: "string" } },
  description: "Parameter → the parameters that a caller must give with it.",
};

function keywordsOf(types: readonly ParameterType[]): JsonObject {
  const keywords = [...KEYWORDS].filter(([, rule]) => rule.types.some((type) => types.includes(type)));
  return Object.fromEntries(
    keywords.map(([keyword]) => {
      const value = VALUES[keyword];
      if (!value) throw new Error(`The keyword ${keyword} has no schema for its value`);
      return [keyword, value];
    }),
  );
}

/** `closed`: for requests, which reject unknown keywords. */
export function parameter(closed: boolean): JsonObject {
  const { writeOnly: _, searchable: _s, ...ofItems } = keywordsOf(SCALAR_TYPES);
  const only = closed && { additionalProperties: false };
  return {
    type: "object",
    description: "One parameter.",
    required: ["type"],
    properties: {
      type: { type: "string", enum: [...PARAMETER_TYPES], description: "Type of the value." },
      default: {
        type: ["string", "number", "boolean", "array"],
        items: scalar,
        description: "The value where the caller gives none.",
      },
      items: {
        type: "object",
        description: "Required for an array: what each item is.",
        required: ["type"],
        properties: {
          type: { type: "string", enum: [...SCALAR_TYPES], description: "Type of an item." },
          ...ofItems,
        },
        patternProperties: OWN_ANNOTATIONS,
        ...only,
      },
      ...keywordsOf(PARAMETER_TYPES),
    },
    patternProperties: OWN_ANNOTATIONS,
    ...only,
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
      dependentRequired: DEPENDENT_REQUIRED,
      examples: VALUES["examples"] ?? {},
      deprecated: VALUES["deprecated"] ?? {},
      $comment: VALUES["$comment"] ?? {},
      additionalProperties: {
        type: "boolean",
        const: false,
        description: "Unknown parameters are always refused.",
      },
    },
    patternProperties: OWN_ANNOTATIONS,
    ...(closed && { additionalProperties: false }),
  };
}
