// Schedule sweep: reconciles every PENDING or RUNNING execution with its state machine.
import { sweep } from "../../shared/application/end/sweep.ts";
import { scheduledHandler } from "../../shared/handlers/scheduled-handler.ts";

export const handler = scheduledHandler("sweep", sweep);
