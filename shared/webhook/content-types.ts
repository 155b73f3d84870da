// The formats of a payload: the kind of template that writes each, its content type, and the types that an author may name.
import type { DefinitionRecord } from "../domain/runbooks/definition.ts";
import type { TemplateKind } from "./template/nodes.ts";

export type PayloadFormat = DefinitionRecord["payloadFormat"];

type Format = { template: TemplateKind; contentType: string; allowed: RegExp; rule: string };

/** JSON is YAML too, and AWS has JSON types of its own. */
const JSON_TYPE = /^[a-z0-9!#$&^_.+-]+\/(?:[a-z0-9!#$&^_.-]+\+)?(?:json|yaml|x-amz-json-1\.[01])$/;

export const PAYLOAD_FORMATS: Record<PayloadFormat, Format> = {
  json: {
    template: "json",
    contentType: "application/json",
    allowed: JSON_TYPE,
    rule: "must be a type of JSON, such as application/json, because the payload is JSON (payloadFormat)",
  },
  form: {
    template: "form",
    contentType: "application/x-www-form-urlencoded",
    allowed: /^application\/x-www-form-urlencoded$/,
    rule: "must be application/x-www-form-urlencoded, because the payload is a form (payloadFormat)",
  },
  text: {
    template: "text",
    contentType: "text/plain; charset=utf-8",
    allowed: /^(?!.*(?:json|x-www-form-urlencoded|multipart))[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/,
    rule: "must be a type of text: for JSON or a form, set payloadFormat, which escapes each value",
  },
};

/** Returns why the author's content type does not fit the format, or undefined. Any parameters may follow the type. */
export function findTypeProblem(value: string, format: PayloadFormat): string | undefined {
  const [type = "", ...parameters] = value.toLowerCase().split(";");
  const { allowed, rule } = PAYLOAD_FORMATS[format];
  if (!allowed.test(type.trim())) return rule;
  const charset = parameters.find((parameter) => parameter.trim().startsWith("charset="));
  const isUtf8 = charset === undefined || /^charset="?utf-8"?$/.test(charset.trim());
  return isUtf8 ? undefined : "must not name another charset: the body is UTF-8";
}
