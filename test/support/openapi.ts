// docs/openapi.json as the contract makes it, read by tests, and Ajv's verdict on what its schemas describe.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import * as z from "zod";
import { openApiText } from "../../infra/docs/documents.ts";
import { ALL_ROUTES, type RouteName } from "../../shared/contract/routes.ts";
import type { JsonObject } from "../../shared/domain/json.ts";

const Schema = z.record(z.string(), z.json());
export type Schema = z.output<typeof Schema>;
const Content = z.record(z.string(), z.looseObject({ schema: Schema, example: z.json().optional() }));
const Parameter = z.looseObject({
  $ref: z.string().optional(),
  name: z.string().optional(),
  in: z.string().optional(),
  description: z.string().optional(),
  schema: Schema.optional(),
  example: z.json().optional(),
});
const Operation = z.looseObject({
  operationId: z.string(),
  tags: z.array(z.string()).length(1),
  summary: z.string(),
  security: z.array(Schema).optional(),
  parameters: z.array(Parameter).default([]),
  requestBody: z.looseObject({ content: Content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: Content.optional() })),
});
const Described = z.looseObject({ description: z.string().min(1) });
const Document = z.looseObject({
  info: Described,
  servers: z.array(Described.extend({ url: z.string() })).min(1),
  tags: z.array(Described.extend({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({
    schemas: z.record(z.string(), Schema),
    parameters: z.record(z.string(), Parameter),
    responses: z.record(z.string(), Described.extend({ headers: Schema.optional(), content: Content })),
    headers: z.record(z.string(), Described),
    securitySchemes: z.record(z.string(), Described),
  }),
});

export const DOCUMENT_TEXT = openApiText();
export const RAW_DOCUMENT = JSON.parse(DOCUMENT_TEXT) as JsonObject;
export const document = Document.parse(RAW_DOCUMENT);
export const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

/** A route's operation, and its place in the document as a JSON Pointer for a URI. */
export function operationOf(name: RouteName) {
  const [, route] = ALL_ROUTES.find(([known]) => known === name) ?? [];
  const operation = document.paths[route?.path ?? ""]?.[route?.method.toLowerCase() ?? ""];
  if (!route || !operation) throw new Error(`${name} is not described`);
  const path = encodeURIComponent(route.path.replaceAll("~", "~0").replaceAll("/", "~1"));
  return { operation, place: `/paths/${path}/${route.method.toLowerCase()}` };
}

/** The schema of a reference, without its siblings. */
export function resolved(schema: Schema): Schema {
  const name = /^#\/components\/schemas\/(\w+)$/.exec(String(schema["$ref"]))?.[1];
  return name === undefined ? schema : (document.components.schemas[name] ?? {});
}

export function makeAjv() {
  return addFormats.default(new Ajv2020({ strict: false, allErrors: true, validateFormats: true }));
}

const ajv = makeAjv();
ajv.addSchema({ $id: "https://api.example/openapi.json", ...RAW_DOCUMENT });

const validators = new Map<string, ValidateFunction>();

/** What Ajv finds wrong with a value that the schema at this place of the document describes. */
export function problemsAt(place: string, value: unknown): string[] {
  const validate =
    validators.get(place) ?? ajv.compile({ $ref: `https://api.example/openapi.json#${place}` });
  validators.set(place, validate);
  return validate(value) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);
}
