// Routes that do one thing to many executions, with one result for each.
import * as z from "zod";
import { ERROR_CODES, type ErrorCode, ISSUE_CODES, type IssueCode } from "../domain/errors.ts";
import { ExecutionSummary } from "../domain/executions/execution-view.ts";
import { ExecutionId } from "../domain/ids.ts";
import { idempotencyKey, Note, type Route } from "./route.ts";

/** Executions in one request. */
const MAX_BULK_EXECUTIONS = 100;

const executionIds = z
  .array(ExecutionId)
  .min(1)
  .max(MAX_BULK_EXECUTIONS)
  .superRefine((ids, context) => {
    for (const [index, id] of ids.entries()) {
      if (ids.indexOf(id) < index)
        context.addIssue({ code: "custom", message: "is in the list before", path: [index] });
    }
  })
  .meta({ description: "Ids of the executions, each once.", uniqueItems: true });

const codesOf = <C extends string>(table: Record<C, unknown>) => Object.keys(table) as [C, ...C[]];

export const BulkProblem = z
  .strictObject({
    type: z.string().describe("`urn:runbooks:problem:` and the code."),
    title: z.string().describe("What the code means."),
    status: z.int().describe("HTTP status that the route for one execution would have had."),
    detail: z.string().describe("What is wrong with this execution, for people."),
    code: z.enum(codesOf<ErrorCode>(ERROR_CODES)).describe("Stable code of the problem."),
    requestId: z.string().describe("Id of the request in the service's logs."),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().describe("JSON Pointer into what the route for one execution takes."),
          message: z.string().describe("What is wrong there, for people."),
          code: z.enum(codesOf<IssueCode>(ISSUE_CODES)).describe("Stable code of the kind."),
        }),
      )
      .optional()
      .describe("Everything that is wrong with the input. Missing: nothing."),
  })
  .describe("Why the request failed for one execution.");

export const BulkResult = z
  .strictObject({
    executionId: ExecutionId,
    status: z.int().describe("HTTP status that the route for one execution would have had."),
    execution: ExecutionSummary.nullable().describe("The cancelled or new execution; null: a problem."),
    problem: BulkProblem.nullable().describe("Why there is none; null: there is one."),
  })
  .describe("The result for one execution.");

const results = z.strictObject({
  items: z.array(BulkResult).describe("One result for each execution, in the order of the request."),
});

/**
 * Whoever may run nothing at all is refused before the body is read. Each execution is authorized by itself: one that
 * the caller may not see is `not_found` in its own result.
 */
const access = { action: "execute", on: "body" } as const;

export const BULK_ROUTES = {
  "cancel-executions": {
    method: "POST",
    path: "/executions/cancel",
    summary: `Cancel up to ${MAX_BULK_EXECUTIONS} executions. Each has a result of its own`,
    access,
    body: z.strictObject({
      executionIds,
      reason: Note.optional().describe("Why the executions are cancelled."),
    }),
    answer: { status: 200, body: results },
  },
  "rerun-executions": {
    method: "POST",
    path: "/executions/rerun",
    summary: `Run up to ${MAX_BULK_EXECUTIONS} executions again. Each has a result of its own`,
    access,
    headers: idempotencyKey,
    body: z.strictObject({ executionIds }),
    startsExecutions: MAX_BULK_EXECUTIONS,
    answer: { status: 200, body: results },
    errors: ["idempotency_conflict"],
  },
} as const satisfies Record<string, Route>;
