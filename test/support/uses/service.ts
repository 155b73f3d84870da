// A use of each option of what the service does: its name, approvals, reach, events, rooms of its functions and metrics.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { createAuthority } from "../certificates.ts";
import type { Facts } from "../template.ts";
import { asVariable, type Use } from "./use.ts";

const VPC = { vpcId: "vpc-0abc1234", subnetIds: "subnet-0abc1234,subnet-0abc1235" };
const DELIVERY = "deliver-webhook";

/** Goes with the folder of temporary files of the run. */
function writeAuthorities(): string {
  const path = join(mkdtempSync(join(tmpdir(), "authorities-")), "bank.pem");
  writeFileSync(path, createAuthority("Bank root").cert);
  return path;
}

const inVpc = (part: object) => (facts: Facts) =>
  expect(facts.function(DELIVERY).properties).toMatchObject({ VpcConfig: part });
const reserved = (name: string, value: number): Use => ({
  value,
  shows: (facts) =>
    expect(facts.function(name).properties).toMatchObject({ ReservedConcurrentExecutions: value }),
});
const patterns = (facts: Facts) => JSON.stringify(facts.only("AWS::Events::EventBusPolicy"));

export const SERVICE: Record<string, Use> = {
  stackName: {
    value: "bank-runbooks",
    shows: (facts) => expect(facts.only("AWS::Events::EventBus")).toMatchObject({ Name: "bank-runbooks" }),
  },
  fourEyes: asVariable("api-manage", "FOUR_EYES", true),
  approvalsRequired: asVariable("api-manage", "APPROVALS_REQUIRED", "high=2"),
  approvalValidDays: asVariable("api-manage", "APPROVAL_VALID_DAYS", "high=90"),
  approverOfAnotherTeam: asVariable("api-manage", "APPROVER_OF_ANOTHER_TEAM", true),
  approveAutomations: asVariable("on-incident", "APPROVE_AUTOMATIONS", true),
  hostAllow: asVariable(DELIVERY, "WEBHOOK_HOST_ALLOW", "*.corp.example"),
  ports: asVariable(DELIVERY, "WEBHOOK_PORTS", "8443"),
  allowHttp: asVariable(DELIVERY, "WEBHOOK_ALLOW_HTTP", true, {
    needs: { acknowledgePlaintextWebhooks: true },
  }),
  acknowledgePlaintextWebhooks: asVariable(DELIVERY, "WEBHOOK_ALLOW_HTTP", true, {
    needs: { allowHttp: true },
  }),
  egressAllow: asVariable(DELIVERY, "WEBHOOK_EGRESS_ALLOW", "10.1.0.0/16", { needs: VPC }),
  vpcId: {
    value: VPC.vpcId,
    needs: VPC,
    shows: (facts) => expect(facts.outputs).toHaveProperty("DeliveryEndpoints"),
  },
  subnetIds: {
    value: VPC.subnetIds,
    needs: VPC,
    shows: inVpc({ SubnetIds: ["subnet-0abc1234", "subnet-0abc1235"] }),
  },
  securityGroupIds: {
    value: "sg-0abc1234",
    needs: VPC,
    shows: inVpc({ SecurityGroupIds: ["sg-0abc1234"] }),
  },
  caBundle: asVariable(DELIVERY, "WEBHOOK_CA_BUNDLE", writeAuthorities(), {
    text: "/var/task/authorities.pem",
  }),
  incidentSources: asVariable("on-incident", "INCIDENT_SOURCES", "bank.incidents"),
  workflowSources: asVariable("on-execution-requested", "WORKFLOW_SOURCES", "bank.requests=payments"),
  knownTeams: asVariable("on-incident", "KNOWN_TEAMS", "payments,search"),
  eventSourceAccounts: {
    value: "444455556666",
    shows: (facts) => expect(patterns(facts)).toContain("444455556666"),
  },
  partnerEventBuses: {
    value: "aws.partner/pagerduty.com/0123",
    shows: (facts) =>
      expect(JSON.stringify(facts.all("AWS::Events::Rule"))).toContain("aws.partner/pagerduty.com/0123"),
  },
  startsPerMinute: asVariable("api-manage", "RATE_LIMIT_STARTS_PER_MINUTE", 30),
  deliveryConcurrency: reserved(DELIVERY, 50),
  deliveriesPerTeam: asVariable("deliver-webhook", "DELIVERIES_PER_TEAM", 20),
  eventConcurrency: {
    value: 20,
    shows: (facts) =>
      expect(facts.all("AWS::Lambda::EventSourceMapping").map(([, p]) => p["ScalingConfig"])).toContainEqual({
        MaximumConcurrency: 20,
      }),
  },
  sweepConcurrency: reserved("sweep", 1),
  controlsConcurrency: reserved("api-controls", 5),
  incidentEventDays: asVariable("on-incident", "INCIDENT_EVENT_DAYS", 40),
  rejectionDays: asVariable("on-incident", "REJECTION_DAYS", 40),
  teamMetrics: asVariable("on-execution-ended", "TEAM_METRICS", "payments"),
  runbookMetrics: asVariable("on-execution-ended", "RUNBOOK_METRICS", "runbook_01h455vb4pex5vsknk084sn02q"),
};
