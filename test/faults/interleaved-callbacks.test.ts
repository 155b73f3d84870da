// What a receiver says meets the end of its run, at every border.
import "../support/quiet.ts";
import { CALLBACK_PAIRS } from "../support/pairs/callbacks.ts";
import { meet } from "../support/pairs/meet.ts";

meet(CALLBACK_PAIRS);
