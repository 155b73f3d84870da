// Routes of break-glass: what is open, and closing it.
import * as z from "zod";
import { ExecutionSummary, ExecutionView } from "../domain/executions/execution-view.ts";
import { ExecutionId } from "../domain/ids.ts";
import { Note, pageOf, paging, type Route } from "./route.ts";

export const BREAK_GLASS_ROUTES = {
  "list-break-glass": {
    method: "GET",
    path: "/break-glass",
    summary:
      "List the executions whose break-glass is open, newest first, among those that the caller may see",
    access: { action: "view", on: "own" },
    query: z.strictObject(paging),
    answer: { status: 200, body: pageOf(ExecutionSummary) },
  },
  "close-break-glass": {
    method: "POST",
    path: "/executions/{executionId}/close-break-glass",
    summary: "Close the break-glass of an execution that has ended. Whoever broke the glass may not",
    access: { action: "manage", on: "execution-team" },
    class: "run",
    params: z.strictObject({ executionId: ExecutionId }),
    body: z.strictObject({ note: Note.describe("What you found: was it right, and what follows from it.") }),
    answer: { status: 200, body: ExecutionView },
    errors: ["invalid_transition", "active_executions"],
  },
} as const satisfies Record<string, Route>;
