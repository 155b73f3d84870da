// The shapes of the API that have a name of their own in its OpenAPI document, and so in generated clients.
import type * as z from "zod";
import { ControlsView, PauseSetting } from "../../../shared/contract/control-routes.ts";
import { ExecutionRequest } from "../../../shared/contract/execution-routes.ts";
import { FieldDifference, VersionDifferences } from "../../../shared/contract/history-routes.ts";
import {
  NewRunbook,
  Preview,
  RunbookChanges,
  RunbookWithHistory,
  ShownSigningSecret,
} from "../../../shared/contract/runbook-bodies.ts";
import { AuditEntry } from "../../../shared/domain/audit.ts";
import {
  AutomationChanges,
  EventPatternJson,
  GivenAutomation,
  ShownAutomation,
} from "../../../shared/domain/automation.ts";
import {
  BacktestAnswer,
  BacktestItem,
  BacktestRange,
  FailedCondition,
  Rehearsal,
} from "../../../shared/domain/automation-rehearsal.ts";
import {
  CallbackNote,
  CallbackResult,
  GivenCallback,
  ShownCallback,
} from "../../../shared/domain/callback.ts";
import { QueuePlace } from "../../../shared/domain/concurrency.ts";
import { Control } from "../../../shared/domain/controls.ts";
import {
  Completion,
  Concurrency,
  ParameterSchemaJson,
  ParameterValues,
  RetryPolicy,
  ShownDefinition,
} from "../../../shared/domain/definition.ts";
import { ExecutionError, SentRequest, Trigger } from "../../../shared/domain/execution.ts";
import {
  ExecutionResult,
  ExecutionSummary,
  ShownAttempt,
  ShownExecution,
} from "../../../shared/domain/execution-view.ts";
import {
  AuditId,
  AutomationId,
  EventId,
  ExecutionId,
  IncidentId,
  RunbookId,
  TeamId,
  Timestamp,
} from "../../../shared/domain/ids.ts";
import { Incident } from "../../../shared/domain/incident.ts";
import { RunbookSummary, ShownRunbook, ShownVersion } from "../../../shared/domain/runbook.ts";
import {
  GivenAuth,
  GivenSecret,
  SecretReference,
  ShownAuth,
  ShownSecret,
} from "../../../shared/domain/webhook-auth.ts";

export type Direction = "input" | "output";
type Named = Record<string, z.ZodType>;

/** The same in requests and answers. */
const BOTH: Named = {
  RunbookId,
  ExecutionId,
  AutomationId,
  AuditId,
  EventId,
  IncidentId,
  TeamId,
  Timestamp,
  ParameterValues,
  EventPattern: EventPatternJson,
};

/**
 * Requests are closed, and what has a default may be left out. Answers are open, and nothing is left out of them. So a
 * shape that is both has two names.
 */
export const COMPONENTS: Record<Direction, Named> = {
  input: {
    ...BOTH,
    RunbookInput: NewRunbook,
    RunbookChanges,
    WebhookAuthInput: GivenAuth,
    SecretInput: GivenSecret,
    SecretReferenceInput: SecretReference,
    ParameterSchemaInput: ParameterSchemaJson,
    RetryPolicyInput: RetryPolicy,
    ConcurrencyInput: Concurrency,
    CompletionInput: Completion,
    ExecutionInput: ExecutionRequest,
    CallbackInput: GivenCallback,
    AutomationInput: GivenAutomation,
    AutomationChanges,
    BacktestInput: BacktestRange,
    PauseInput: PauseSetting,
  },
  output: {
    ...BOTH,
    Runbook: ShownRunbook,
    RunbookWithHistory,
    RunbookSummary,
    RunbookVersion: ShownVersion,
    RunbookDefinition: ShownDefinition,
    WebhookAuth: ShownAuth,
    Secret: ShownSecret,
    SecretReference,
    ParameterSchema: ParameterSchemaJson,
    RetryPolicy,
    Concurrency,
    Completion,
    SigningSecret: ShownSigningSecret,
    VersionDifferences,
    FieldDifference,
    AuditEntry,
    Execution: ShownExecution,
    ExecutionSummary,
    ExecutionError,
    ExecutionResult,
    Trigger,
    QueuePlace,
    Attempt: ShownAttempt,
    WebhookRequest: SentRequest,
    Preview,
    Callback: ShownCallback,
    CallbackResult,
    CallbackNote,
    Incident,
    Automation: ShownAutomation,
    AutomationTest: Rehearsal,
    FailedCondition,
    Backtest: BacktestAnswer,
    BacktestItem,
    PauseState: Control,
    PauseStates: ControlsView,
  },
};

/** Answers that are another shape and more. */
export const EXTENDS: Readonly<Record<string, string>> = {
  Runbook: "RunbookDefinition",
  RunbookWithHistory: "Runbook",
  Execution: "ExecutionSummary",
  Preview: "WebhookRequest",
};
