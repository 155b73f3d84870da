// Rule execution-requests: a workflow asks for a run.
import { ExecutionRequested } from "../../shared/domain/workflow-request.ts";
import { consume } from "../../shared/lambda/consume.ts";
import { runRequested } from "../../shared/operations/request-run.ts";
import { keepRejection } from "../../shared/store/decisions.ts";

export const handler = consume("on-execution-requested", ExecutionRequested, runRequested, keepRejection);
