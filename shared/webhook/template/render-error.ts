// Errors of templates: position and rule, never a value of the context.
import { ServiceError } from "../../domain/errors.ts";
import type { Position, TemplateIssue } from "./nodes.ts";

export function templateError(message: string, at?: Position): ServiceError {
  const where = at === undefined ? "" : `Line ${at.line}, column ${at.column}: `;
  return new ServiceError("invalid_template", where + message);
}

export function issuesError(first: TemplateIssue, more: number): ServiceError {
  return templateError(`${first.message}${more > 0 ? ` (and ${more} more)` : ""}`, first);
}
