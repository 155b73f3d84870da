// Describes the JSON Schema of one field for a table: type, bounds and default.
import * as z from "zod";
import { code } from "./markdown.ts";

export const Schema = z.record(z.string(), z.json());
export type Schema = z.output<typeof Schema>;

const Keywords = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.json().optional(),
  enum: z.array(z.json()).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  items: Schema.optional(),
  anyOf: z.array(Schema).optional(),
  additionalProperties: z.union([z.boolean(), Schema]).optional(),
});
type Keywords = z.output<typeof Keywords>;

/** Returns the name of the referenced schema. */
export const nameOf = ($ref: string) => $ref.split("/").at(-1) ?? "";

export function typeOf(schema: Schema): string {
  const { $ref, type, items, anyOf, additionalProperties: values, ...rest } = Keywords.parse(schema);
  if ($ref) return `[${nameOf($ref)}](#${nameOf($ref).toLowerCase()})`;
  if (anyOf) return anyOf.map(typeOf).join(" or ");
  if (items) return `list of ${typeOf(items)}`;
  if (typeof values === "object" && Object.keys(values).length > 0) return `object of ${typeOf(values)}`;
  if (type === undefined) return rest.const === undefined ? "any JSON" : typeof rest.const;
  return [type].flat().join(" or ");
}

export function boundsOf(schema: Schema): string {
  const keywords = Keywords.parse(schema);
  const nullable = (keywords.anyOf ?? []).map(boundsOf);
  return [...own(keywords), ...nullable, ...ofItems(keywords)].filter((words) => words !== "").join("; ");
}

function own(keywords: Keywords): string[] {
  const { const: only, enum: values, format, pattern } = keywords;
  return [
    only === undefined ? "" : code(JSON.stringify(only)),
    values ? `one of ${values.map((value) => code(String(value))).join(", ")}` : "",
    range(keywords.minimum, keywords.maximum, ""),
    range(keywords.minLength, keywords.maxLength, " characters"),
    range(keywords.minItems, keywords.maxItems, " items"),
    format ?? "",
    pattern === undefined ? "" : code(pattern),
  ];
}

function ofItems({ items }: Keywords): string[] {
  const words = items ? boundsOf(items) : "";
  return words === "" ? [] : [`each ${words}`];
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  const [from, to] = [least, most].map((bound) => bound?.toLocaleString("en"));
  if (from === undefined) return to === undefined ? "" : `at most ${to}${unit}`;
  if (to === undefined) return from === "0" && unit !== "" ? "" : `at least ${from}${unit}`;
  return from === to ? `${from}${unit}` : `${from} to ${to}${unit}`;
}

/** Returns the default of an omitted field, `required`, or "". */
export function defaultOf(schema: Schema, required: boolean): string {
  const fallback = schema["default"];
  if (fallback !== undefined) return code(JSON.stringify(fallback));
  return required ? "required" : "";
}
