// Warnings of a definition's templates: the URL, the headers and the payload.
import { pointer } from "../domain/errors.ts";
import type { DefinitionRecord } from "../domain/runbooks/definition.ts";
import type { Warning } from "../domain/runbooks/warnings.ts";
import { PAYLOAD_FORMATS } from "./content-types.ts";
import type { TemplateKind } from "./template/nodes.ts";
import type { Shape } from "./template/shape.ts";
import { findTemplateWarnings } from "./template/warnings.ts";

type Templates = Pick<
  DefinitionRecord,
  "webhookUrl" | "webhookHeaders" | "payloadTemplate" | "payloadFormat"
>;

export function findRequestWarnings(definition: Templates, shape: Shape): Warning[] {
  const { webhookUrl, webhookHeaders, payloadTemplate, payloadFormat } = definition;
  const find = (at: string, source: string, kind: TemplateKind) =>
    findTemplateWarnings(source, kind, shape).map(({ code, message, line, column }) => ({
      pointer: at,
      message: `Line ${line}, column ${column}: ${message}`.slice(0, 500),
      code,
    }));
  const headers = Object.entries(webhookHeaders).flatMap(([name, source]) =>
    find(pointer(["webhookHeaders", name]), source, "header"),
  );
  const { template } = PAYLOAD_FORMATS[payloadFormat];
  return [
    ...find("/webhookUrl", webhookUrl, "url"),
    ...headers,
    ...find("/payloadTemplate", payloadTemplate, template),
  ];
}
