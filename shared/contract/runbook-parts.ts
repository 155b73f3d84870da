// What the routes of one runbook share: its id in the path, the header of a change, the answer, and what a change refuses.
import * as z from "zod";
import { RunbookId } from "../domain/ids.ts";
import { RunbookView } from "../domain/runbooks/runbook.ts";
import { ifMatchOf } from "./route.ts";

export const runbookParams = z.strictObject({ runbookId: RunbookId });
export const ifMatchRunbook = ifMatchOf("runbook");
export const runbookAnswer = { status: 200, body: RunbookView, headers: ["ETag"] } as const;

/** Somebody else came first. */
const CONFLICTS = ["version_conflict", "precondition_failed"] as const;
/** Of a change of the approval alone. */
export const TRANSITION_ERRORS = ["invalid_transition", ...CONFLICTS] as const;
/** Of a change that checks a definition. */
export const DEFINITION_ERRORS = ["invalid_parameters", "invalid_template", "egress_denied"] as const;
