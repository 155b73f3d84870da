// An execution as lists show it, with its link to the AWS console.
import type { Execution } from "../domain/executions/execution.ts";
import type { ExecutionSummary } from "../domain/executions/execution-view.ts";
import { toExecutionSummary } from "../domain/views.ts";
import { consoleUrl } from "../step-functions/arns.ts";

export const summarizeExecution = (execution: Execution): ExecutionSummary =>
  toExecutionSummary(execution, consoleUrl(execution.id));
