// Controls of AWS Security Hub for the services of the stack. `test/infra/aws/controls.test.ts` asks the template.

/** `pass` and `fail` are what Security Hub says of the default deployment; `none`: it has no such resource. */
export type HubRow = {
  id: string;
  asks: string;
  finding: "pass" | "fail" | "none" | "account";
  reason: string;
};

const row = (id: string, asks: string, finding: HubRow["finding"], reason = ""): HubRow => ({
  id,
  asks,
  finding,
  reason,
});
const REST_ONLY =
  "A control of REST APIs and WebSockets. The API is an HTTP API, whose access log has every request.";

export const SECURITY_HUB: readonly HubRow[] = [
  row("APIGateway.1", "Execution logs of REST APIs and WebSockets", "none", REST_ONLY),
  row("APIGateway.2", "Client certificates of REST stages", "none", REST_ONLY),
  row("APIGateway.3", "X-Ray on REST stages", "none", REST_ONLY),
  row(
    "APIGateway.4",
    "A web ACL",
    "none",
    "WAF has no HTTP APIs. Put CloudFront with a web ACL before it if you need one.",
  ),
  row("APIGateway.5", "Encrypted caches of REST stages", "none", "There is no cache."),
  row(
    "APIGateway.8",
    "Each route has an authorizer",
    "fail",
    "All but the public ones: health, description, callback and intake, which ask for proofs of their own, the pages, and `$default`, which answers 404. Suppress these routes.",
  ),
  row("APIGateway.9", "Access logs of stages", "pass"),
  row("APIGateway.10", "Private integrations use https", "none", "Integrations call functions, no network."),
  row(
    "Backup.1",
    "Recovery points are encrypted",
    "account",
    "Point-in-time recovery needs no vault. In a vault of AWS Backup of yours, its key encrypts.",
  ),
  row(
    "CloudWatch.15",
    "Alarms have actions",
    "fail",
    "With `alarmTopicArn` or `alarmEmail`, and `noticeTopicArn` or `noticeEmail`, they pass, but for those of `gradualUpdates`, which CodeDeploy reads.",
  ),
  row(
    "CloudWatch.16",
    "Log groups are kept for a year",
    "fail",
    "They are kept for 90 days: what must last is in the audit, which is kept for ever. With `logDays=365` they pass; or give the control 90 days as its parameter.",
  ),
  row("CloudWatch.17", "Actions of alarms are on", "pass"),
  row(
    "Cognito.1",
    "Threat protection, enforced",
    "fail",
    "It needs the plan Plus, which is the deployment's to pay. Nobody can sign up. With `oidcIssuer` there is no pool.",
  ),
  row("Cognito.2", "No guests in identity pools", "none", "There is no identity pool."),
  row("Cognito.3", "Strong passwords", "pass"),
  row("Cognito.4", "Threat protection of custom sign-in", "none", "There is no custom sign-in."),
  row(
    "Cognito.5",
    "A second factor is required",
    "fail",
    "It is optional, because people also call through tools. With `mfaRequired` it passes; an issuer of your own can require it.",
  ),
  row("Cognito.6", "User pools cannot be deleted", "pass"),
  row("DynamoDB.1", "Tables grow with demand", "pass"),
  row("DynamoDB.2", "Point-in-time recovery", "pass"),
  row("DynamoDB.3", "Encrypted DAX clusters", "none", "There is no DAX."),
  row(
    "DynamoDB.4",
    "Tables are in a backup plan",
    "account",
    "With `backupPlan` the table is in a plan of AWS Backup, for copies that outlive the 35 days, or the account.",
  ),
  row("DynamoDB.6", "Tables cannot be deleted", "pass"),
  row("DynamoDB.7", "TLS of DAX clusters", "none", "There is no DAX."),
  row(
    "EventBridge.3",
    "Buses of one's own have a policy",
    "fail",
    "Without a policy only the own account may put events, which is what is wanted. With `eventSourceAccounts` there is one.",
  ),
  row("EventBridge.4", "Replication of global endpoints", "none", "There is no global endpoint."),
  row("IAM.1", "No policy allows everything", "pass"),
  row("IAM.21", "No policy allows everything of a service", "pass"),
  row("KMS.1", "Customer policies do not decrypt with every key", "pass"),
  row("KMS.2", "Inline policies do not decrypt with every key", "pass"),
  row("KMS.3", "Keys are not about to be deleted", "pass"),
  row("KMS.4", "Keys rotate", "pass"),
  row("KMS.5", "Keys are not public", "pass"),
  row("Lambda.1", "Functions are not public", "pass"),
  row("Lambda.2", "Supported runtimes", "pass"),
  row(
    "Lambda.3",
    "Functions are in a VPC",
    "fail",
    "They talk to AWS over TLS, and to receivers through the guarded client. A VPC would add endpoints to pay and keep, and no protection of what they reach. With `vpcId` deliveries are in one.",
  ),
  row("Lambda.5", "Functions in a VPC are in several zones", "none", "No function is in a VPC."),
  row(
    "Lambda.7",
    "X-Ray is on",
    "fail",
    "No part of the service writes traces. The log lines of all functions carry the id of the run or request, and Step Functions keeps the history of each run: decision 0078.",
  ),
  row(
    "SecretsManager.1",
    "Secrets rotate by themselves",
    "fail",
    "The two keys encrypt cursors and key fingerprints. A rotation would end every open cursor and idempotency key, and they decrypt nothing that is stored.",
  ),
  row("SecretsManager.2", "Rotations succeed", "none", "None is configured."),
  row("SecretsManager.3", "Unused secrets are removed", "pass"),
  row(
    "SecretsManager.4",
    "Secrets were rotated within 90 days",
    "fail",
    "As SecretsManager.1. [Decision 0023](decisions/0023-own-keys-are-read-once.md) says how they are read.",
  ),
  row("SNS.1", "Topics are encrypted", "none", "Without `alarmEmail` the stack has no topic."),
  row("SNS.4", "Topics are not public", "none", "Without `alarmEmail` the stack has no topic."),
  row("SQS.1", "Queues are encrypted", "pass"),
  row("SQS.3", "Queues are not public", "pass"),
  row("StepFunctions.1", "State machines log", "pass"),
];
