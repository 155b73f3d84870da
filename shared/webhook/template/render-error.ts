// How a template fails: where and by which rule, never with a value of its context.
import { ServiceError } from "../../domain/errors.ts";
import type { Position, TemplateIssue } from "./nodes.ts";

export function templateError(message: string, at?: Position): ServiceError {
  const where = at === undefined ? "" : `Line ${at.line}, column ${at.column}: `;
  return new ServiceError("invalid_template", where + message);
}

export function issuesError(first: TemplateIssue, more: number): ServiceError {
  return templateError(`${first.message}${more > 0 ? ` (and ${more} more)` : ""}`, first);
}
