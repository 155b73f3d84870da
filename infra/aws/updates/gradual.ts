// Gradual updates: part of the calls and of the new runs get the new version first, and an alarm takes it back.
import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import {
  type ILambdaDeploymentConfig,
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from "aws-cdk-lib/aws-codedeploy";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  type StateMachine,
} from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import type { ServiceFunction } from "../functions/function.ts";
import { acknowledgeCodeDeploy } from "../grants/acknowledgements.ts";
import type { BuiltAlarm } from "../monitoring/alarm.ts";
import type { AlarmName } from "../monitoring/alarm-texts.ts";
import type { Options } from "../options/options.ts";
import { ALIAS } from "../options/update-options.ts";
import { buildUpdateAlarm, type UpdateAlarm } from "./update-alarms.ts";

type Plan = {
  ofCalls: ILambdaDeploymentConfig;
  ofRuns: { type: string; percentage: number; interval: number };
};

/** Minutes, of calls and of new runs alike. An alarm looks at 5 minutes, so it goes off before the last step. */
const PLANS: Partial<Record<Options["gradualUpdates"], Plan>> = {
  canary: {
    ofCalls: LambdaDeploymentConfig.CANARY_10PERCENT_10MINUTES,
    ofRuns: { type: "CANARY", percentage: 10, interval: 10 },
  },
  linear: {
    ofCalls: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_3MINUTES,
    ofRuns: { type: "LINEAR", percentage: 10, interval: 3 },
  },
};

type Updated = {
  functions: readonly ServiceFunction[];
  stateMachine: StateMachine;
  /** Of the service. */
  alarms: readonly BuiltAlarm[];
};

export function updateGradually(scope: Construct, updated: Updated, options: Options): void {
  const { gradualUpdates } = options;
  if (gradualUpdates === "none") return;
  const plan = PLANS[gradualUpdates];
  const alarms = plan
    ? updated.functions.flatMap((built) => buildUpdateAlarm(scope, built, options) ?? [])
    : [];
  if (plan) moveCalls(scope, updated, alarms, plan);
  moveRuns(scope, updated, alarms, plan);
}

function moveCalls(scope: Construct, updated: Updated, own: readonly UpdateAlarm[], plan: Plan): void {
  const application = new LambdaApplication(scope, "Updates");
  const role = new Role(scope, "UpdatesRole", {
    assumedBy: new ServicePrincipal("codedeploy.amazonaws.com"),
  });
  for (const { entry, called } of updated.functions) {
    if (!called.alias) continue;
    new LambdaDeploymentGroup(scope, `${entry.name}-update`, {
      application,
      role,
      alias: called.alias,
      deploymentConfig: plan.ofCalls,
      alarms: listDeciding(entry.name, own, updated.alarms),
    });
  }
  acknowledgeCodeDeploy(role);
}

/** An authorizer that cannot even start is seen by the API alone: errors of its own are also how it refuses a token. */
function listDeciding(name: string, own: readonly UpdateAlarm[], ofService: readonly BuiltAlarm[]): Alarm[] {
  const deciding = own.filter((one) => one.of === name);
  const seenByApi = deciding.some(({ countsErrors }) => !countsErrors)
    ? [requireAlarm(ofService, "api-5xx-many")]
    : [];
  return [...deciding.map(({ alarm }) => alarm), ...seenByApi];
}

function requireAlarm(ofService: readonly BuiltAlarm[], name: AlarmName): Alarm {
  const found = ofService.find(({ alarm }) => alarm.node.id === `${name}-alarm`);
  if (!found) throw new Error(`No alarm ${name}`);
  return found.alarm;
}

/**
 * New runs move after all calls have, so an update that is taken back before has touched no run. Each version of the state
 * machine names the versions of its tasks.
 */
function moveRuns(scope: Construct, updated: Updated, own: readonly UpdateAlarm[], plan?: Plan): void {
  const { stateMachine, functions, alarms: ofService } = updated;
  const { ref: stateMachineVersionArn } = new CfnStateMachineVersion(scope, "WorkflowVersion", {
    stateMachineArn: stateMachine.stateMachineArn,
    stateMachineRevisionId: stateMachine.stateMachineRevisionId,
  });
  const tasks = new Set(functions.flatMap(({ entry, called }) => (called.alias ? [] : entry.name)));
  const deciding = [
    ...own.filter(({ of }) => tasks.has(of)).map(({ alarm }) => alarm),
    requireAlarm(ofService, "runs-failed-by-service"),
  ];
  const alarms = deciding.map(({ alarmName }) => alarmName);
  const alias = new CfnStateMachineAlias(scope, "WorkflowAlias", {
    name: ALIAS,
    deploymentPreference: { stateMachineVersionArn, ...(plan ? { ...plan.ofRuns, alarms } : AT_ONCE) },
  });
  for (const { called } of functions) if (called.alias) alias.node.addDependency(called.alias);
}

const AT_ONCE = { type: "ALL_AT_ONCE" };
