// What is wrong with a template, at save: every problem at once, with its line and column.
import { compileTemplate } from "./compile.ts";
import { TEMPLATE_LIMITS } from "./limits.ts";
import type { TemplateIssue, TemplateKind } from "./nodes.ts";
import type { Shape } from "./shape.ts";

export type { TemplateIssue, TemplateKind } from "./nodes.ts";

/**
 * Of templates that are compiled one after the other: null, or why they are not compiled at all. Each by itself may be
 * within its limits, and all of them together cost what none of them may.
 */
export function checkExpressionCount(sources: readonly string[]): string | null {
  const count = sources.reduce((sum, source) => sum + source.split("{{").length - 1, 0);
  const { expressions } = TEMPLATE_LIMITS;
  return count <= expressions
    ? null
    : `have ${count} expressions together; there may be ${expressions} at most`;
}

/** Never throws, whatever is sent as `source`; an empty list means that it can be rendered. */
export function checkTemplate(source: unknown, kind: TemplateKind, shape: Shape): TemplateIssue[] {
  return compileTemplate(source, kind, shape).issues;
}
