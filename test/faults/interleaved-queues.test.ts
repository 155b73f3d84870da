// Who leaves a limit meets who waits for it, at every border.
import "../support/quiet.ts";
import { meet } from "../support/pairs/meet.ts";
import { QUEUE_PAIRS } from "../support/pairs/queues.ts";

meet(QUEUE_PAIRS);
