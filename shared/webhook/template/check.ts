// What is wrong with a template, at save: every problem at once, with its line and column.
import { compileTemplate } from "./compile.ts";
import type { TemplateIssue, TemplateKind } from "./nodes.ts";
import type { Shape } from "./shape.ts";

export type { TemplateIssue, TemplateKind } from "./nodes.ts";

/** Never throws, whatever is sent as `source`; an empty list means that it can be rendered. */
export function checkTemplate(source: unknown, kind: TemplateKind, shape: Shape): TemplateIssue[] {
  return compileTemplate(source, kind, shape).issues;
}
