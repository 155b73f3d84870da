// Rule execution-requests: creates an execution that a workflow requests.
import { handleExecutionRequested } from "../../shared/application/start/execution-requested.ts";
import { ExecutionRequested } from "../../shared/domain/incidents/workflow-request.ts";
import { sqsHandler } from "../../shared/handlers/sqs-handler.ts";
import { saveRejection } from "../../shared/store/rejections.ts";

export const handler = sqsHandler("on-execution-requested", ExecutionRequested, handleExecutionRequested, {
  saveRejection,
});
