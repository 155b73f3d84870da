// Parameters of automations: literals, or templates over the event. Checked when saved, rendered for each event.
import { CONTEXT_FIELDS } from "../../contract/context.ts";
import { type Issue, pointer } from "../../domain/errors.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { applyParameters } from "../../parameters/apply.ts";
import { type ParameterSchema, parameterNames, secretParameterNames } from "../../parameters/schema.ts";
import { checkExpressionCount, checkTemplate } from "../../webhook/template/check.ts";
import { renderValue } from "../../webhook/template/render.ts";
import { ANY, SCALAR, type Shape } from "../../webhook/template/shape.ts";
import { pickIncidentFields } from "../request/incident.ts";
import { contextShape, pickAllowedFields } from "../request/template-context.ts";

const ENVELOPE = ["version", "id", "detail-type", "source", "account", "time", "region"] as const;

/**
 * What a template of an automation may name: the event's fields, and the incident as it is now, as in payload templates.
 * `{{[detail-type]}}` names a field with a hyphen.
 */
const EVENT_SHAPE: Shape = {
  kind: "object",
  fields: {
    incident: contextShape("incident"),
    ...Object.fromEntries(ENVELOPE.map((name) => [name, SCALAR])),
    resources: { kind: "array", items: SCALAR },
    detail: {
      kind: "object",
      fields: {
        incident: {
          kind: "object",
          fields: Object.fromEntries(
            Object.entries(CONTEXT_FIELDS.incident).map(([name, kind]) => [
              name,
              kind === "any" ? ANY : SCALAR,
            ]),
          ),
        },
      },
    },
  },
};

const isTemplate = (value: JsonValue): value is string => typeof value === "string" && value.includes("{{");

/** Whether the value is a template, or an array with one among its items. */
const hasTemplate = (value: JsonValue) => (Array.isArray(value) ? value.some(isTemplate) : isTemplate(value));

/** A template, and its pointer among the parameters. */
type PlacedTemplate = { name: string; at: string; source: string };

function templatesOf([name, value]: [string, JsonValue]): PlacedTemplate[] {
  if (isTemplate(value)) return [{ name, at: pointer([name]), source: value }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) =>
    isTemplate(item) ? [{ name, at: pointer([name, index]), source: item }] : [],
  );
}

/** Returns all issues of an automation's parameters under this schema that are known before an event. */
export function findTemplateParameterIssues(schema: ParameterSchema, parameters: JsonObject): Issue[] {
  const entries = Object.entries(parameters);
  const templates = entries.flatMap(templatesOf);
  const literals = Object.fromEntries(entries.filter(([, value]) => !hasTemplate(value)));
  const known = new Set(parameterNames(schema));
  const applied = applyParameters(schema, literals);
  // A parameter with a template is not missing.
  const filled = new Set(templates.map(({ name }) => pointer([name])));
  const literalIssues = applied.ok ? [] : applied.issues.filter((issue) => !filled.has(issue.pointer));
  return [...literalIssues, ...findSecretLiterals(schema, literals), ...checkTemplates(templates, known)];
}

function checkTemplates(templates: readonly PlacedTemplate[], known: ReadonlySet<string>): Issue[] {
  const tooMany = checkExpressionCount(templates.map(({ source }) => source));
  if (tooMany !== null) return [{ pointer: "", message: tooMany }];
  return templates.flatMap((template) => checkOneTemplate(template, known));
}

function checkOneTemplate({ name, at, source }: PlacedTemplate, known: ReadonlySet<string>): Issue[] {
  if (!known.has(name)) return [{ pointer: at, message: "is not a known parameter" }];
  return findTemplateIssues(source, at);
}

/** Returns all issues of a template over the event and the incident. */
export function findTemplateIssues(source: string, at: string): Issue[] {
  return checkTemplate(source, "value", EVENT_SHAPE).map(({ line, column, message }) => ({
    pointer: at,
    message: `line ${line}, column ${column}: ${message}`,
  }));
}

/** The whole team can read an automation, so it must not contain a secret. */
function findSecretLiterals(schema: ParameterSchema, literals: JsonObject): Issue[] {
  return secretParameterNames(schema)
    .filter((name) => Object.hasOwn(literals, name))
    .map((name) => ({
      pointer: pointer([name]),
      message: "is a secret, which an automation cannot keep: give the runbook the secret in its webhookAuth",
    }));
}

/**
 * Returns the parameters for this event, and the incident as it is now. Values that render to null are left out.
 * @throws ServiceError `invalid_template`.
 */
export function renderParameters(parameters: JsonObject, event: JsonObject, incident: Incident): JsonObject {
  const context = buildEventContext(event, incident);
  const render = (value: JsonValue): JsonValue =>
    isTemplate(value) ? renderValue(value, context, EVENT_SHAPE) : value;
  const rendered = Object.entries(parameters).map(
    ([name, value]) => [name, Array.isArray(value) ? value.map(render) : render(value)] as const,
  );
  return Object.fromEntries(rendered.filter(([, value]) => value !== null));
}

/** Returns the value of one template. @throws ServiceError `invalid_template`. */
export function renderEventTemplate(source: string, event: JsonObject, incident: Incident): JsonValue {
  return renderValue(source, buildEventContext(event, incident), EVENT_SHAPE);
}

/** Returns exactly the fields of the allow-list. Fields that the event lacks are null. */
function buildEventContext(event: JsonObject, now: Incident): JsonObject {
  const envelope = Object.fromEntries(ENVELOPE.map((name) => [name, event[name] ?? null]));
  const incident = getObject(getObject(event, "detail"), "incident");
  const resources = Array.isArray(event["resources"]) ? event["resources"] : [];
  return {
    ...envelope,
    resources,
    detail: { incident: pickAllowedFields("incident", incident) },
    incident: pickIncidentFields(now),
  };
}

function getObject(object: JsonObject, name: string): JsonObject {
  const value = Object.hasOwn(object, name) ? object[name] : null;
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
