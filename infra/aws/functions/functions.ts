// All functions of the contract, each with its code, environment and grants.
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { Variable } from "../../../shared/contract/env.ts";
import { SCHEDULES } from "../../../shared/contract/events.ts";
import { functionOfClass } from "../../../shared/contract/function-names.ts";
import { RECORD_CALLBACK, WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";
import { CA_BUNDLE_FILE } from "../bundle/ca-bundle.ts";
import { ENTRIES, type Kind } from "../bundle/entries.ts";
import { acknowledgeGrant } from "../grants/acknowledgements.ts";
import { getGrant } from "../grants/grants.ts";
import { buildStatements, type Resources } from "../grants/statements.ts";
import type { Options } from "../options/options.ts";
import { qualify } from "../options/update-options.ts";
import { hasOwnPool } from "../people/identity.ts";
import { ServiceFunction } from "./function.ts";

const { DeliverWebhook: DELIVER_WEBHOOK } = WORKFLOW_FUNCTIONS;

type FunctionsProps = {
  options: Options;
  /** Returns the bundle of the named function. */
  codeOf: (name: string) => Code;
  resources: Resources;
  variables: Record<Variable, string>;
};

export class Functions {
  readonly all: readonly ServiceFunction[];

  constructor(scope: Construct, { options, codeOf, resources, variables }: FunctionsProps) {
    const concurrency = reservedConcurrency(options);
    const built = ENTRIES.filter(({ kind }) => isBuilt(kind, options));
    this.all = built.map((entry) => {
      const grant = getGrant(entry);
      const made = new ServiceFunction(scope, {
        entry,
        options,
        code: codeOf(entry.name),
        variables,
        statements: buildStatements(grant, resources),
        concurrency: concurrency[entry.name],
      });
      acknowledgeGrant(made.role, grant, resources.stateMachineName, variables.SCHEDULE_GROUP);
      return made;
    });
  }

  require(name: string): ServiceFunction {
    const found = this.all.find(({ entry }) => entry.name === name);
    if (!found) throw new Error(`The contract names no function ${name}`);
    return found;
  }

  /** The function that calls receivers. */
  get delivery(): ServiceFunction {
    return this.require(DELIVER_WEBHOOK);
  }

  /** Returns the roles that may decrypt secrets. */
  listDecrypterRoles(): ServiceFunction["role"][] {
    return this.all
      .filter(({ entry }) => (getGrant(entry).decrypts ?? []).length > 0)
      .map(({ role }) => role);
  }
}

/** The pool has its triggers; HTTP APIs verify tokens themselves, and REST APIs those of a pool. */
function isBuilt(kind: Kind, options: Options): boolean {
  if (kind === "identity") return hasOwnPool(options);
  return kind !== "authorizer" || (options.apiKind !== "http" && !hasOwnPool(options));
}

/** Reserved concurrency is a limit, and room that no other function of the account takes. */
const reservedConcurrency = (options: Options): Readonly<Record<string, number | undefined>> => ({
  [DELIVER_WEBHOOK]: options.deliveryConcurrency,
  [SCHEDULES.sweep.target]: options.sweepConcurrency,
  [functionOfClass("controls")]: options.controlsConcurrency,
});

/** Lambda unpacks the zip here. */
const ASSETS_FOLDER = "/var/task/console";

type BuiltVariable =
  | "TABLE_NAME"
  | "STATE_MACHINE_ARN"
  | "KMS_KEY_ID"
  | "CURSOR_ENCRYPTION_KEY_ARN"
  | "FINGERPRINT_KEY_ARN"
  | "EVENT_BUS_NAME"
  | "DEAD_LETTER_QUEUES"
  | "EVENT_QUEUES"
  | Extract<Variable, `SCHEDULE_${string}`>
  | "PUBLIC_API_URL"
  | "CONSOLE_URL";

/** Returns the value of each contract variable: names of built resources, and deployment options. */
export function buildVariables(
  options: Options,
  built: Record<BuiltVariable, string>,
): Record<Variable, string> {
  return {
    ...built,
    CONSOLE_ASSETS: ASSETS_FOLDER,
    // The stack fills these in where there are such clients: they are built after the functions.
    CONSOLE_SIGN_IN: "",
    // The stack fills it in where a function verifies tokens.
    TOKEN_RULES: "",
    MACHINE_CLIENTS: "",
    // By name, because the function may not be built yet.
    RECORD_CALLBACK_FUNCTION: qualify(`${options.stackName}-${RECORD_CALLBACK}`, options),
    GROUPS_CLAIM: options.groupsClaim,
    GROUP_MAP: JSON.stringify(options.groupMap),
    TOKEN_TYPE: tokenTypeOf(options),
    FOUR_EYES: String(options.fourEyes),
    APPROVALS_REQUIRED: options.approvalsRequired,
    APPROVAL_VALID_DAYS: options.approvalValidDays,
    APPROVER_OF_ANOTHER_TEAM: String(options.approverOfAnotherTeam),
    APPROVE_AUTOMATIONS: String(options.approveAutomations),
    WEBHOOK_EGRESS_ALLOW: options.egressAllow,
    WEBHOOK_HOST_ALLOW: options.hostAllow,
    WEBHOOK_ALLOW_HTTP: String(options.allowHttp),
    WEBHOOK_PORTS: options.ports,
    WEBHOOK_CA_BUNDLE: options.caBundle === undefined ? "" : `/var/task/${CA_BUNDLE_FILE}`,
    INCIDENT_SOURCES: options.incidentSources,
    WORKFLOW_SOURCES: options.workflowSources,
    KNOWN_TEAMS: options.knownTeams,
    RATE_LIMIT_STARTS_PER_MINUTE: options.startsPerMinute,
    INCIDENT_EVENT_DAYS: options.incidentEventDays,
    REJECTION_DAYS: options.rejectionDays,
    DELIVERIES_PER_TEAM: options.deliveriesPerTeam,
    TEAM_METRICS: options.teamMetrics,
    RUNBOOK_METRICS: options.runbookMetrics,
  };
}

/** The console sends the ID token where the deployment says so, and then every token is taken. */
const tokenTypeOf = ({ oidcTokenType, consoleToken }: Options) =>
  oidcTokenType ?? (consoleToken === "id" ? "any" : "access");
