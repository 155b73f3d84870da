// Named schemas of automations and their decisions in the OpenAPI document.
import {
  AutomationChanges,
  AutomationInput,
  AutomationView,
} from "../../../shared/domain/automations/automation.ts";
import { Decision } from "../../../shared/domain/automations/automation-decision.ts";
import { AutomationVersion } from "../../../shared/domain/automations/automation-version.ts";
import { Cooldown } from "../../../shared/domain/automations/cooldown.ts";
import {
  BacktestItem,
  BacktestRange,
  BacktestResult,
  DryRunResult,
  FailedCondition,
} from "../../../shared/domain/automations/dry-run.ts";
import { AutomationOutcome, EventOutcome } from "../../../shared/domain/automations/event-outcome.ts";
import { FoundDecision } from "../../../shared/domain/automations/found-decision.ts";

export const AUTOMATION_COMPONENTS = {
  input: { AutomationInput, AutomationChanges, CooldownInput: Cooldown, BacktestInput: BacktestRange },
  output: {
    Automation: AutomationView,
    AutomationVersion,
    Cooldown,
    AutomationDecision: Decision,
    FoundDecision,
    EventOutcome,
    AutomationOutcome,
    AutomationTest: DryRunResult,
    FailedCondition,
    Backtest: BacktestResult,
    BacktestItem,
  },
} as const;
