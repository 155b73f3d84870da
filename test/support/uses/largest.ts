// Each option of free length as large as its own check lets it be, or 5,000 characters where that has no end.
import { arnOf, DOMAIN, type Given, KINDS, ISSUER as SHORT_ISSUER } from "./use.ts";

const many = (count: number, item: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => item(n)).join(",");
const text = (length: number) => "x".repeat(length);
/** `what`: a pattern with one `*`, which fills the ARN up. */
const longArn = (service: string, what: string, most: number) =>
  arnOf(service, what.replace("*", text(most)));
const hex = (n: number) => n.toString(16).padStart(17, "0");

const ISSUER = { oidcIssuer: `https://id.example.com/${text(1000)}`, oidcAudience: "runbooks" };
const AT_ISSUER = { ...ISSUER, consoleClientId: "console" };
const VPC = { vpcId: "vpc-0abc1234", subnetIds: "subnet-0abc1234,subnet-0abc1235" };
const SAML = { ssoSamlMetadata: `https://idp.example.com/${text(1000)}` };
const OIDC = {
  ssoOidcIssuer: `https://id.example.com/${text(1000)}`,
  ssoOidcClientId: text(5000),
  ssoOidcSecretArn: longArn("secretsmanager", "secret:*", 900),
};
const TRUST = {
  ...DOMAIN,
  disableDefaultAddress: true,
  truststoreUri: `s3://${text(63)}/${text(1024)}`,
  truststoreVersion: text(64),
  ownershipCertificateArn: longArn("acm", "certificate/*", 900),
};
const ZONE = `${Array(3).fill(text(60)).join(".")}.example`;
const BACKUPS = { backupPlan: "daily=36500,weekly=36500,monthly=36500" };

/** AWS takes the most that the option's own check allows. */
export const TAKEN: Readonly<Record<string, Given>> = {
  stackName: { stackName: "a".repeat(30) },
  oidcIssuer: ISSUER,
  oidcAudience: { ...ISSUER, oidcAudience: many(50, (n) => `${"a".repeat(100)}${n}`) },
  oidcScopes: { ...ISSUER, oidcScopes: many(10, (n) => `${text(200)}${n}`) },
  oidcMachineClients: { ...ISSUER, oidcMachineClients: many(10, (n) => `ci-${n}=${"c".repeat(100)}${n}`) },
  approvalsRequired: { approvalsRequired: "low=5,medium=5,high=5" },
  approvalValidDays: { approvalValidDays: "low=3650,medium=3650,high=3650" },
  updateLabel: { gradualUpdates: "canary", updateLabel: text(64) },
  startsPerMinute: { startsPerMinute: "999" },
  deliveriesPerTeam: { deliveriesPerTeam: "999" },
  incidentEventDays: { incidentEventDays: "3650" },
  rejectionDays: { rejectionDays: "3650" },
  alarmTopicArn: { alarmTopicArn: longArn("sns", "*", 256) },
  alarmEmail: { alarmEmail: `${"a".repeat(60)}@example.com` },
  noticeTopicArn: { noticeTopicArn: longArn("sns", "*", 256) },
  noticeEmail: { noticeEmail: `${"a".repeat(60)}@example.com` },
  partnerEventBuses: {
    partnerEventBuses: many(12, (n) => `aws.partner/${"p".repeat(198)}${String.fromCharCode(97 + n)}`),
  },
  corsOrigins: { corsOrigins: many(50, (n) => `https://${"o".repeat(50)}${n}.example.com`) },
  consoleDomainPrefix: { consoleDomainPrefix: "d".repeat(63) },
  groupMap: { ...SAML, groupMap: many(50, (n) => `${"g".repeat(30)}${n}=team:payments:observer`) },
  ssoName: { ...SAML, ssoName: text(32) },
  ssoSamlMetadata: SAML,
  ssoOidcIssuer: OIDC,
  ssoOidcClientId: OIDC,
  ssoOidcSecretArn: OIDC,
  ssoOidcScope: { ...OIDC, ssoOidcScope: `openid ${text(5000)}` },
  ssoAttributes: { ...SAML, ssoAttributes: { email: text(5000), name: text(5000), groups: text(5000) } },
  customerKeyArn: { customerKeyArn: longArn("kms", "key/mrk-*", 32) },
  tableStreamArn: { tableStreamArn: longArn("dynamodb", "table/*/stream/2026", 255) },
  backupPlan: BACKUPS,
  backupVault: { ...BACKUPS, backupVault: text(50) },
  backupRoleArn: { ...BACKUPS, backupRoleArn: `arn:aws:iam::111122223333:role/${text(900)}` },
  vpcId: { ...VPC, vpcId: `vpc-${hex(1)}` },
  subnetIds: { ...VPC, subnetIds: many(16, (n) => `subnet-${hex(n)}`) },
  securityGroupIds: { ...VPC, securityGroupIds: many(5, (n) => `sg-${hex(n)}`) },
  domainName: { ...DOMAIN, domainName: `runbooks.${ZONE}` },
  hostedZoneId: { ...DOMAIN, hostedZoneId: `Z${"1".repeat(31)}`, hostedZoneName: "bank.example" },
  hostedZoneName: { ...DOMAIN, domainName: `a.${ZONE}`, hostedZoneId: "Z1", hostedZoneName: ZONE },
  certificateArn: { ...DOMAIN, certificateArn: longArn("acm", "certificate/*", 900) },
  truststoreUri: TRUST,
  truststoreVersion: TRUST,
  ownershipCertificateArn: TRUST,
  apiThrottle: { apiThrottle: "10000/5000" },
  vpcEndpointIds: { ...KINDS.private, vpcEndpointIds: many(5, (n) => `vpce-${hex(n)}`) },
  webAclArn: { ...KINDS.rest, webAclArn: longArn("wafv2", "regional/webacl/a/*", 900) },
  routeThrottles: { routeThrottles: many(1, () => "POST /runbooks=10000/5000") },
};

/** Too large at their largest: the synthesis says so by the option's name. */
export const REFUSED: Readonly<Record<string, Given>> = {
  groupsClaim: { ...SHORT_ISSUER, groupsClaim: "g".repeat(5000) },
  egressAllow: { ...VPC, egressAllow: many(256, (n) => `10.${n}.0.0/16`) },
  hostAllow: { hostAllow: many(100, (n) => `host-${n}.${text(40)}.example.com`) },
  ports: { ports: many(1000, (n) => String(60_000 + n)) },
  incidentSources: { incidentSources: many(20, (n) => `${"s".repeat(250)}${n}`) },
  workflowSources: { workflowSources: many(20, (n) => `${"s".repeat(200)}${n}=payments`) },
  knownTeams: { knownTeams: many(80, (n) => `${"t".repeat(60)}${n}`) },
  publicApiUrl: { publicApiUrl: `https://api.example.com/${"p".repeat(5000)}` },
  eventSourceAccounts: { eventSourceAccounts: many(300, (n) => String(100_000_000_000 + n)) },
  consoleClientId: { ...AT_ISSUER, consoleClientId: "c".repeat(5000) },
  consoleScope: { ...AT_ISSUER, consoleScope: `openid ${"s".repeat(5000)}` },
  consoleAudience: { ...AT_ISSUER, consoleAudience: "a".repeat(5000) },
  consoleSignOutUrl: { ...AT_ISSUER, consoleSignOutUrl: `https://id.example.com/${"o".repeat(5000)}` },
  consoleOrigins: {
    ...AT_ISSUER,
    consoleOrigins: many(60, (n) => `https://${"o".repeat(60)}${n}.example.com`),
  },
  machineClients: { machineClients: { ci: Array.from({ length: 120 }, (_, n) => `team:t${n}:observer`) } },
  teamMetrics: { teamMetrics: many(50, (n) => `${"t".repeat(60)}${n}`) },
  runbookMetrics: {
    runbookMetrics: many(50, (n) => `runbook_01h455vb4pex5vsknk084sn0${String(n).padStart(2, "0")}`),
  },
};
