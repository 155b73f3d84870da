// Accepted wildcards in roles, each with its reason. cdk-nag fails the synthesis for every other wildcard.
import { Validations } from "aws-cdk-lib";
import type { IRole } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";
import type { Grant } from "./grants.ts";

const HERE = "<AWS::Region>:<AWS::AccountId>";
const wildcard = (resource: string) => `AwsSolutions-IAM5[Resource::${resource}]`;

/** Accepts the wildcard of a role that sets up log delivery. */
export function acknowledgeLogDelivery(role: IRole): void {
  const reason = "Setting up log delivery, the role's only actions on *, cannot be limited to a resource";
  Validations.of(role).acknowledge({ id: wildcard("*"), reason });
}

/** Accepts a state machine without X-Ray: no part of the service writes traces (docs/decisions/0078). */
export function acknowledgeNoTraces(stateMachine: IConstruct): void {
  const reason =
    "The history of each execution has every state with its times, and the log lines of all functions carry its id; X-Ray would show no more without a tracing library in every function";
  Validations.of(stateMachine).acknowledge({ id: "AwsSolutions-SF2", reason });
}

/** Accepts the wildcard of a function in a VPC. */
export function acknowledgeNetworkInterfaces(role: IRole, name: string): void {
  const reason = `Lambda's own work on the network interfaces of ${name} cannot be limited to resources: AWS makes the interfaces; the code of the function is denied these actions`;
  Validations.of(role).acknowledge({ id: wildcard("*"), reason });
}

/** Accepts the wildcard for the versions of these functions. */
export function acknowledgeVersions(role: IRole, functionNames: readonly string[]): void {
  for (const name of functionNames) {
    Validations.of(role).acknowledge({
      id: wildcard(`arn:<AWS::Partition>:lambda:${HERE}:function:${name}:*`),
      reason:
        "An execution calls the version that it began with to its end, and a version has its number only once it is published",
    });
  }
}

/** Accepts the wildcards that the grant's own resources end with. */
export function acknowledgeGrant(
  role: IRole,
  grant: Grant,
  stateMachineName: string,
  scheduleGroup: string,
): void {
  if (grant.taggedSecrets) {
    Validations.of(role).acknowledge({
      id: wildcard(`arn:<AWS::Partition>:secretsmanager:${HERE}:secret:*`),
      reason: "Teams name their own secrets; a condition admits only those that are tagged for a team",
    });
  }
  if (grant.schedules) {
    Validations.of(role).acknowledge({
      id: wildcard("*"),
      reason: "Listing schedules, the function's only action on *, cannot be limited to a resource",
    });
    Validations.of(role).acknowledge({
      id: wildcard(`arn:<AWS::Partition>:scheduler:${HERE}:schedule/${scheduleGroup}/*`),
      reason: "Each source has a schedule of its own in the group, and nothing else is in it",
    });
  }
  if (grant.executions?.some((verb) => verb === "Describe" || verb === "Stop")) {
    Validations.of(role).acknowledge({
      id: wildcard(`arn:<AWS::Partition>:states:${HERE}:execution:${stateMachineName}:*`),
      reason:
        "Every execution of the state machine has its own ARN, which is known only after it has started",
    });
  }
}

/** Accepts that API Gateway validates no request: the function parses each, by the same contract and with its place. */
export function acknowledgeRestApi(api: IConstruct): void {
  const reason =
    "The functions validate every request by the contract, and say what is wrong where; API Gateway's models say less";
  Validations.of(api).acknowledge({ id: "AwsSolutions-APIG2", reason });
}

/** Accepts a stage without a web ACL, which is the deployment's choice. */
export function acknowledgeRestStage(stage: IConstruct, hasWebAcl: boolean): void {
  if (hasWebAcl) return;
  const reason =
    "A web ACL costs by the month and by rule, so it is the deployment's choice: the option webAclArn";
  Validations.of(stage).acknowledge({ id: "AwsSolutions-APIG3", reason });
}

/** Accepts AWS's own policy for the logs of REST APIs, the only one that API Gateway documents for its account role. */
export function acknowledgeLogRole(role: IRole): void {
  const policy = "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
  const reason =
    "API Gateway asks for this managed policy in the account's role for logs, and checks what it allows";
  Validations.of(role).acknowledge({ id: `AwsSolutions-IAM4[Policy::${policy}]`, reason });
}

/** Accepts AWS's own policy for CodeDeploy's role: it covers the calls that CodeDeploy makes, as AWS changes them. */
export function acknowledgeCodeDeploy(role: IRole): void {
  const policy = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited";
  const reason =
    "AWS keeps this policy for CodeDeploy to read alarms and to move aliases; only CodeDeploy can take the role";
  Validations.of(role).acknowledge({ id: `AwsSolutions-IAM4[Policy::${policy}]`, reason });
}
