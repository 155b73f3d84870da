// The named schemas of the OpenAPI document. Generated clients use these names.
import type * as z from "zod";
import { BulkProblem, BulkResult } from "../../../shared/contract/bulk-routes.ts";
import { CaseResult } from "../../../shared/contract/case-results.ts";
import { ControlsView, PauseSetting } from "../../../shared/contract/control-routes.ts";
import { ExecutionRequest } from "../../../shared/contract/execution-routes.ts";
import { FreezeWindowsView } from "../../../shared/contract/freeze-window-routes.ts";
import {
  FieldDifference,
  RunbookDifferences,
  VersionDifferences,
} from "../../../shared/contract/history-routes.ts";
import { CallerActions, CallerRoles, CallerView } from "../../../shared/contract/me-routes.ts";
import { Review } from "../../../shared/contract/review-routes.ts";
import {
  NewRunbook,
  Preview,
  RunbookChanges,
  RunbookWithHistory,
  SigningSecretView,
} from "../../../shared/contract/runbook-bodies.ts";
import { AuditEntry } from "../../../shared/domain/audit.ts";
import { EventPatternJson } from "../../../shared/domain/automations/automation.ts";
import { BreakGlass, BreakGlassRequest } from "../../../shared/domain/executions/break-glass.ts";
import {
  CallbackInput,
  CallbackNote,
  CallbackResult,
  CallbackView,
} from "../../../shared/domain/executions/callback.ts";
import { QueuePosition } from "../../../shared/domain/executions/concurrency.ts";
import { ExecutionError, SentRequest, Trigger } from "../../../shared/domain/executions/execution.ts";
import {
  AttemptView,
  ExecutionResult,
  ExecutionSummary,
  ExecutionView,
} from "../../../shared/domain/executions/execution-view.ts";
import { FoundAuditEntry } from "../../../shared/domain/found-audit.ts";
import { Freeze, FreezeWindowInput, FreezeWindowView } from "../../../shared/domain/freeze/freeze-window.ts";
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
import { Incident } from "../../../shared/domain/incidents/incident.ts";
import { Rejection } from "../../../shared/domain/incidents/rejection.ts";
import { KillSwitch } from "../../../shared/domain/kill-switches.ts";
import { Case } from "../../../shared/domain/runbooks/cases.ts";
import { CompletionPolicy } from "../../../shared/domain/runbooks/completion-policy.ts";
import { Concurrency } from "../../../shared/domain/runbooks/concurrency-policy.ts";
import {
  DefinitionView,
  ParameterSchemaJson,
  ParameterValues,
} from "../../../shared/domain/runbooks/definition.ts";
import { RetryPolicy } from "../../../shared/domain/runbooks/retry-policy.ts";
import { ApprovalVote, ChangesRequest, ReviewRequest } from "../../../shared/domain/runbooks/review.ts";
import { Risk, RiskReason } from "../../../shared/domain/runbooks/risk-reasons.ts";
import {
  RunbookSummary,
  RunbookVersionView,
  RunbookView,
  VersionSummary,
} from "../../../shared/domain/runbooks/runbook.ts";
import { SuccessCondition } from "../../../shared/domain/runbooks/success-condition.ts";
import { Warning } from "../../../shared/domain/runbooks/warnings.ts";
import { AUTOMATION_COMPONENTS } from "./automation-components.ts";
import { CREDENTIAL_COMPONENTS } from "./credential-components.ts";
import { SOURCE_COMPONENTS } from "./source-components.ts";

export type Direction = "input" | "output";
type Named = Record<string, z.ZodType>;

/** Equal schemas in requests and answers. */
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
 * Request schemas reject unknown fields, and fields with a default are optional. Answer schemas allow new fields, and
 * all their fields are present. A type that is used in both therefore has two names.
 */
export const COMPONENTS: Record<Direction, Named> = {
  input: {
    ...BOTH,
    RunbookInput: NewRunbook,
    RunbookChanges,
    ...CREDENTIAL_COMPONENTS.input,
    ParameterSchemaInput: ParameterSchemaJson,
    RetryPolicyInput: RetryPolicy,
    ConcurrencyInput: Concurrency,
    CompletionInput: CompletionPolicy,
    SuccessConditionInput: SuccessCondition,
    CaseInput: Case,
    ExecutionInput: ExecutionRequest,
    BreakGlassInput: BreakGlassRequest,
    CallbackInput,
    ...AUTOMATION_COMPONENTS.input,
    PauseInput: PauseSetting,
    FreezeWindowInput,
    ...SOURCE_COMPONENTS.input,
  },
  output: {
    ...BOTH,
    Runbook: RunbookView,
    RunbookWithHistory,
    RunbookSummary,
    RunbookVersion: RunbookVersionView,
    VersionSummary,
    RunbookDefinition: DefinitionView,
    ...CREDENTIAL_COMPONENTS.output,
    ParameterSchema: ParameterSchemaJson,
    RetryPolicy,
    Concurrency,
    Completion: CompletionPolicy,
    SuccessCondition,
    Case,
    Warning,
    SigningSecret: SigningSecretView,
    VersionDifferences,
    RunbookDifferences,
    FieldDifference,
    Risk,
    RiskReason,
    CaseResult,
    Review,
    ReviewRequest,
    ChangesRequest,
    ApprovalVote,
    AuditEntry,
    FoundAuditEntry,
    Rejection,
    Execution: ExecutionView,
    ExecutionSummary,
    ExecutionError,
    BreakGlass,
    ExecutionResult,
    Trigger,
    QueuePlace: QueuePosition,
    BulkResult,
    BulkProblem,
    Attempt: AttemptView,
    WebhookRequest: SentRequest,
    Preview,
    Callback: CallbackView,
    CallbackResult,
    CallbackNote,
    Incident,
    ...AUTOMATION_COMPONENTS.output,
    PauseState: KillSwitch,
    PauseStates: ControlsView,
    FreezeWindow: FreezeWindowView,
    FreezeWindows: FreezeWindowsView,
    Freeze,
    ...SOURCE_COMPONENTS.output,
    Caller: CallerView,
    CallerRoles,
    CallerActions,
  },
};

/** Answers that extend another schema. */
export const EXTENDS: Readonly<Record<string, string>> = {
  RunbookDifferences: "VersionDifferences",
  FoundDecision: "AutomationDecision",
  Runbook: "RunbookDefinition",
  RunbookWithHistory: "Runbook",
  Execution: "ExecutionSummary",
  Preview: "WebhookRequest",
};
