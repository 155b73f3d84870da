// One request twice, the last place of a limit, a rate or a queue, and a pause, at every border.
import "../support/quiet.ts";
import { meet } from "../support/pairs/meet.ts";
import { START_PAIRS } from "../support/pairs/starts.ts";

meet(START_PAIRS);
