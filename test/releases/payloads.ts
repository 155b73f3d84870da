// What functions are called with and what they answer, by function: the schemas of today.
import type * as z from "zod";
import {
  AwaitInput,
  CompleteInput,
  CompleteResult,
  DeliverInput,
  DeliverResult,
  RecordCallbackInput,
  RecordCallbackResult,
} from "../../shared/contract/workflow.ts";
import { IncidentEvent } from "../../shared/domain/incidents/incident-event.ts";
import { ExecutionRequested } from "../../shared/domain/incidents/workflow-request.ts";
import { SourceMessage } from "../../shared/domain/sources/source-message.ts";
import { formOf } from "./forms.ts";
import type { Form } from "./release.ts";

/** `result`: null where nothing is answered. */
type Payload = { input: z.ZodType; result: z.ZodType | null };

export const WORKFLOW_PAYLOADS: Readonly<Record<string, Payload>> = {
  "workflow/deliver-webhook": { input: DeliverInput, result: DeliverResult },
  "workflow/await-callback": { input: AwaitInput, result: null },
  "workflow/complete-execution": { input: CompleteInput, result: CompleteResult },
  "workflow/record-callback": { input: RecordCallbackInput, result: RecordCallbackResult },
};

/** What queues hold for these functions: it may have been sent before an update, and is read after it. */
export const QUEUED: Readonly<Record<string, z.ZodType>> = {
  "events/on-incident": IncidentEvent,
  "events/on-execution-requested": ExecutionRequested,
  "events/on-source-message": SourceMessage,
};

/** Returns the form of today of each kind of item that these schemas read, and of what functions and queues take. */
export function listForms(readBy: ReadonlyMap<string, Iterable<z.ZodType>>): Record<string, Form> {
  const taken = Object.entries(WORKFLOW_PAYLOADS).map(([path, { input }]) => [path, [input]] as const);
  const queued = Object.entries(QUEUED).map(([path, schema]) => [path, [schema]] as const);
  const all = [...readBy, ...taken, ...queued].map(([kind, schemas]) => [kind, formOf(schemas)] as const);
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}
