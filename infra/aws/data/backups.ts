// AWS Backup by option: a plan for the table, a vault that nothing is deleted from before its time, and a role.
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  BackupPlan,
  BackupPlanRule,
  BackupResource,
  BackupSelection,
  BackupVault,
  type IBackupVault,
} from "aws-cdk-lib/aws-backup";
import { type CronOptions, Schedule } from "aws-cdk-lib/aws-events";
import { type IRole, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { Options } from "../options/options.ts";
import type { Frequency } from "../options/restore-options.ts";
import type { ServiceTable } from "./table.ts";

/** In UTC, an hour apart: a backup that has just begun is not begun again. */
const SCHEDULES: Readonly<Record<Frequency, CronOptions>> = {
  daily: { hour: "1", minute: "0" },
  weekly: { hour: "2", minute: "0", weekDay: "SUN" },
  monthly: { hour: "3", minute: "0", day: "1" },
};

export function buildBackups(scope: Construct, table: ServiceTable, options: Options): void {
  const { backupPlan, backupVault, backupRoleArn } = options;
  if (!backupPlan) return;
  const plan = new BackupPlan(scope, "BackupPlan", {
    backupVault: backupVault
      ? BackupVault.fromBackupVaultName(scope, "BackupVault", backupVault)
      : buildVault(scope),
    backupPlanRules: backupPlan.map(
      ({ frequency, keptDays }) =>
        new BackupPlanRule({
          ruleName: frequency,
          scheduleExpression: Schedule.cron(SCHEDULES[frequency]),
          deleteAfter: Duration.days(keptDays),
        }),
    ),
  });
  new BackupSelection(scope, "BackupSelection", {
    backupPlan: plan,
    resources: [BackupResource.fromArn(table.tableArn)],
    role: backupRoleArn ? Role.fromRoleArn(scope, "BackupRole", backupRoleArn) : buildRole(scope, table),
    disableDefaultBackupPolicy: true,
  });
}

/** Nobody deletes a recovery point before its plan does: whoever wants to must first change the vault's policy. */
function buildVault(scope: Construct): IBackupVault {
  return new BackupVault(scope, "BackupVault", {
    blockRecoveryPointDeletion: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}

/** Makes backups of this table, and restores nothing: who restores has a role for it. */
function buildRole(scope: Construct, table: ServiceTable): IRole {
  const role = new Role(scope, "BackupRole", {
    assumedBy: new ServicePrincipal("backup.amazonaws.com"),
    description: "Lets AWS Backup make backups of the table",
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ["dynamodb:DescribeTable", "dynamodb:ListTagsOfResource", "dynamodb:StartAwsBackupJob"],
      resources: [table.tableArn],
    }),
  );
  return role;
}
