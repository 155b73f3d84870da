// Validates a template before it is saved. Reports all problems with line and column.
import { compileTemplate } from "./compile.ts";
import { TEMPLATE_LIMITS } from "./limits.ts";
import type { TemplateIssue, TemplateKind } from "./nodes.ts";
import type { Shape } from "./shape.ts";

export type { TemplateIssue, TemplateKind } from "./nodes.ts";

/**
 * Returns why a set of templates is refused before compilation, or null. Each template may be within its limits while
 * the cost of all together is not.
 */
export function checkExpressionCount(sources: readonly string[]): string | null {
  const count = sources.reduce((sum, source) => sum + source.split("{{").length - 1, 0);
  const { expressions } = TEMPLATE_LIMITS;
  return count <= expressions
    ? null
    : `have ${count} expressions together; the limit is ${expressions} at most`;
}

/** Returns all issues, none if the template can be rendered. Never throws, for any `source`. */
export function checkTemplate(source: unknown, kind: TemplateKind, shape: Shape): TemplateIssue[] {
  return compileTemplate(source, kind, shape).issues;
}
