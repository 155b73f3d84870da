// An event meets itself, another event, and a change of what it is decided from, at every border.
import "../support/quiet.ts";
import { EVENT_PAIRS } from "../support/pairs/events.ts";
import { meet } from "../support/pairs/meet.ts";

meet(EVENT_PAIRS, { WORKFLOW_SOURCES: "oncall.workflows" });
