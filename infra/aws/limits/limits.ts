// Limits of AWS that CloudFormation's schema does not know: a template beyond them fails in the middle of a deployment.
import type { Variable } from "../../../shared/contract/env.ts";
import type { Options } from "../options/options.ts";
import { type Names, toLongest } from "./longest.ts";

type Properties = Readonly<Record<string, unknown>>;
export type Template = {
  Resources: Readonly<Record<string, { Type: string; Properties?: Properties }>>;
  Outputs?: Readonly<Record<string, unknown>>;
};
type OptionName = keyof Options;

/** What is measured, and the options that make it large; the largest of them first. */
export type Measured = { place: string; size: number; options: readonly OptionName[] };
export type Limit = {
  /** Of `place`, as in: the environment of X. */
  what: string;
  most: number;
  unit: string;
  measure: (template: Template, names: Names) => Measured[];
};

/** Options whose texts become variables. A flag or a number makes no environment large. */
const OPTION_OF: Readonly<Partial<Record<Variable, OptionName>>> = {
  GROUPS_CLAIM: "groupsClaim",
  WEBHOOK_EGRESS_ALLOW: "egressAllow",
  WEBHOOK_HOST_ALLOW: "hostAllow",
  WEBHOOK_PORTS: "ports",
  INCIDENT_SOURCES: "incidentSources",
  WORKFLOW_SOURCES: "workflowSources",
  KNOWN_TEAMS: "knownTeams",
  PUBLIC_API_URL: "publicApiUrl",
  APPROVALS_REQUIRED: "approvalsRequired",
  APPROVAL_VALID_DAYS: "approvalValidDays",
  GROUP_MAP: "groupMap",
  MACHINE_CLIENTS: "oidcMachineClients",
  TEAM_METRICS: "teamMetrics",
  RUNBOOK_METRICS: "runbookMetrics",
};
/** The options that can be blamed for a function's environment. */
export const BLAMED: readonly OptionName[] = Object.values(OPTION_OF);
/** They are one variable together. */
const OF_SIGN_IN: readonly OptionName[] = [
  "consoleScope",
  "consoleClientId",
  "consoleAudience",
  "consoleSignOutUrl",
  "consoleOrigins",
  "oidcIssuer",
];

/** These are one, too, in the function that verifies tokens for a REST API. */
const OF_TOKEN_RULES: readonly OptionName[] = ["oidcAudience", "oidcScopes", "oidcIssuer"];
/** Variable of several options → these. */
const OPTIONS_OF: Readonly<Partial<Record<Variable, readonly OptionName[]>>> = {
  CONSOLE_SIGN_IN: OF_SIGN_IN,
  TOKEN_RULES: OF_TOKEN_RULES,
};

/** Their texts are in the environments of many functions. */
const IN_EACH_FUNCTION: readonly OptionName[] = [...BLAMED, ...OF_SIGN_IN];

/** Bytes of a value as JSON, when CloudFormation has filled it in. */
const sizeOf = (value: unknown, names: Names) => Buffer.byteLength(JSON.stringify(toLongest(value, names)));

/** Measures a property of each resource of a type. */
const each =
  (type: string, property: string, options: readonly OptionName[], count?: (value: unknown) => number) =>
  ({ Resources }: Template, names: Names): Measured[] =>
    Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]) => {
      const value = Properties[property];
      if (Type !== type || value === undefined) return [];
      return { place: nameOf(id, Properties), size: count ? count(value) : sizeOf(value, names), options };
    });

const nameOf = (id: string, { FunctionName }: Properties) =>
  typeof FunctionName === "string" ? FunctionName : id;
const statements = (policy: unknown) => Object(policy)["Statement"].length;
const items = (list: unknown) => (Array.isArray(list) ? list.length : 0);
const characters = (name: unknown) => String(name).length;

function measureEnvironments({ Resources }: Template, names: Names): Measured[] {
  return Object.entries(Resources).flatMap(([id, { Properties = {} }]) => {
    const variables = Object(Properties["Environment"])["Variables"];
    if (variables === undefined) return [];
    const bySize = Object.entries(variables)
      .map(([name, value]) => ({ name, size: sizeOf(value, names) }))
      .sort((a, b) => b.size - a.size)
      .flatMap(({ name }) => OPTIONS_OF[name as Variable] ?? OPTION_OF[name as Variable] ?? []);
    return { place: nameOf(id, Properties), size: sizeOf(variables, names), options: bySize };
  });
}

/** Policies name the functions, the table with its indexes, and the key. */
const NAMED_IN_POLICIES: readonly OptionName[] = ["stackName", "tableStreamArn", "customerKeyArn"];

/** All inline policies of a role count together. */
function measureRoles({ Resources }: Template, names: Names): Measured[] {
  const sizes = new Map<string, number>();
  for (const { Type, Properties = {} } of Object.values(Resources)) {
    if (Type !== "AWS::IAM::Policy") continue;
    for (const { Ref } of Properties["Roles"] as { Ref: string }[]) {
      sizes.set(Ref, (sizes.get(Ref) ?? 0) + sizeOf(Properties["PolicyDocument"], names));
    }
  }
  return [...sizes].map(([place, size]) => ({ place, size, options: NAMED_IN_POLICIES }));
}

const whole =
  (size: (template: Template) => number, options: readonly OptionName[] = []) =>
  (template: Template) => [{ place: "the stack", size: size(template), options }];

/** The numbers of AWS's documents of quotas that no account can raise, or that every account begins with. */
export const LIMITS: readonly Limit[] = [
  {
    what: "resources",
    most: 500,
    unit: "resources",
    measure: whole(({ Resources }) => Object.keys(Resources).length),
  },
  {
    what: "outputs",
    most: 200,
    unit: "outputs",
    measure: whole(({ Outputs = {} }) => Object.keys(Outputs).length),
  },
  {
    what: "template",
    most: 1_048_576,
    unit: "bytes",
    // As the file is written: indented.
    measure: whole((template) => Buffer.byteLength(JSON.stringify(template, null, 1)), IN_EACH_FUNCTION),
  },
  { what: "environment", most: 4096, unit: "bytes", measure: measureEnvironments },
  {
    what: "name",
    most: 64,
    unit: "characters",
    measure: each("AWS::Lambda::Function", "FunctionName", ["stackName"], characters),
  },
  { what: "inline policies", most: 10_240, unit: "characters", measure: measureRoles },
  {
    what: "policy",
    most: 8192,
    unit: "bytes",
    measure: each("AWS::SQS::QueuePolicy", "PolicyDocument", ["partnerEventBuses"]),
  },
  {
    what: "policy",
    most: 20,
    unit: "statements",
    measure: each("AWS::SQS::QueuePolicy", "PolicyDocument", ["partnerEventBuses"], statements),
  },
  {
    what: "policy",
    most: 10_240,
    unit: "characters",
    measure: each("AWS::Events::EventBusPolicy", "Statement", [
      "eventSourceAccounts",
      "incidentSources",
      "workflowSources",
    ]),
  },
  {
    what: "event pattern",
    most: 2048,
    unit: "characters",
    measure: each("AWS::Events::Rule", "EventPattern", ["stackName"]),
  },
  {
    what: "scopes",
    most: 100,
    unit: "scopes",
    measure: each("AWS::Cognito::UserPoolResourceServer", "Scopes", ["machineClients"], items),
  },
  {
    what: "scopes",
    most: 50,
    unit: "scopes",
    measure: each("AWS::Cognito::UserPoolClient", "AllowedOAuthScopes", ["machineClients"], items),
  },
  {
    what: "rules",
    most: 60,
    unit: "rules",
    measure: each("AWS::EC2::SecurityGroup", "SecurityGroupEgress", ["ports"], items),
  },
  { what: "policy", most: 32_768, unit: "bytes", measure: each("AWS::KMS::Key", "KeyPolicy", ["stackName"]) },
];
