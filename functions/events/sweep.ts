// Schedule sweep: every run that is PENDING or RUNNING is compared with its state machine.
import { scheduled } from "../../shared/lambda/scheduled.ts";
import { sweep } from "../../shared/operations/sweep.ts";

export const handler = scheduled("sweep", sweep);
