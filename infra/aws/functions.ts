// All functions of the contract, each with its code, its environment and its grants.
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { Variable } from "../../shared/contract/env.ts";
import { acknowledgeGrant } from "./acknowledgements.ts";
import { ENTRIES } from "./entries.ts";
import { ServiceFunction } from "./function.ts";
import { grantOf } from "./grants.ts";
import type { Options } from "./options.ts";
import { type Resources, statementsOf } from "./statements.ts";

type FunctionsProps = {
  options: Options;
  /** The bundle of a function, by its name. */
  codeOf: (name: string) => Code;
  resources: Resources;
  variables: Record<Variable, string>;
};

export class Functions {
  readonly all: readonly ServiceFunction[];

  constructor(scope: Construct, { options, codeOf, resources, variables }: FunctionsProps) {
    this.all = ENTRIES.map((entry) => {
      const grant = grantOf(entry);
      const built = new ServiceFunction(scope, {
        entry,
        serviceName: options.stackName,
        code: codeOf(entry.name),
        variables,
        statements: statementsOf(grant, resources),
      });
      acknowledgeGrant(built.role, grant, resources.machineName);
      return built;
    });
  }

  named(name: string): ServiceFunction["function"] {
    const found = this.all.find(({ entry }) => entry.name === name);
    if (!found) throw new Error(`The contract names no function ${name}`);
    return found.function;
  }

  /** The roles that may open sealed secrets. */
  openers(): ServiceFunction["role"][] {
    return this.all.filter(({ entry }) => grantOf(entry).decrypts).map(({ role }) => role);
  }
}

/** What each variable of the contract is in this deployment. */
export function variablesOf(
  options: Options,
  { keyArn, stateMachineArn }: Resources,
  { tableName, cursorKey }: { tableName: string; cursorKey: string },
): Record<Variable, string> {
  return {
    TABLE_NAME: tableName,
    STATE_MACHINE_ARN: stateMachineArn,
    KMS_KEY_ID: keyArn,
    CURSOR_KEY: cursorKey,
    GROUPS_CLAIM: options.groupsClaim,
    FOUR_EYES: String(options.fourEyes),
    WEBHOOK_EGRESS_ALLOW: options.egressAllow,
    WEBHOOK_HOST_ALLOW: options.hostAllow,
    WEBHOOK_ALLOW_HTTP: String(options.allowHttp),
    WEBHOOK_PORTS: options.ports,
  };
}
