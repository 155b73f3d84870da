// Accepted wildcards in roles, each with its reason. cdk-nag fails the synthesis for every other wildcard.
import { Validations } from "aws-cdk-lib";
import type { IRole } from "aws-cdk-lib/aws-iam";
import type { Grant } from "./grants.ts";

const HERE = "<AWS::Region>:<AWS::AccountId>";
const wildcard = (resource: string) => `AwsSolutions-IAM5[Resource::${resource}]`;

/** Accepts the wildcard for X-Ray, whose actions AWS does not offer for a narrower resource. */
export function acknowledgeTracing(role: IRole): void {
  const reason =
    "Sending traces to X-Ray and listing schedules, the only actions on * that any function has, cannot be limited to a resource";
  Validations.of(role).acknowledge({ id: wildcard("*"), reason });
}

export function acknowledgeTracingAndLogDelivery(role: IRole): void {
  const reason =
    "Sending traces to X-Ray and setting up log delivery, the role's only actions on *, cannot be limited to a resource";
  Validations.of(role).acknowledge({ id: wildcard("*"), reason });
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
