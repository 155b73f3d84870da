// Kinds of sources that come over EventBridge from AWS itself.
import type { Kind } from "./kind.ts";

export const AWS_KINDS = {
  cloudwatch_alarm: {
    system: "Amazon CloudWatch alarms",
    document:
      "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html",
    events: { source: "aws.cloudwatch", detailTypes: ["CloudWatch Alarm State Change"] },
    fields: {
      id: [["/account"], ["/detail/alarmName"]],
      title: ["/detail/alarmName"],
      status: ["/detail/state/value"],
      // The tags of the alarm, if the alarm propagates them.
      priority: ["/detail/alarmTags/priority", "/detail/alarmTags/severity"],
      updatedAt: ["/detail/state/timestamp"],
    },
    metadata: {
      alarmArn: ["/resources/0"],
      description: ["/detail/configuration/description"],
      reason: ["/detail/state/reason"],
      metrics: ["/detail/configuration/metrics"],
      tags: ["/detail/alarmTags"],
      account: ["/account"],
      region: ["/region"],
    },
    cases: [
      {
        where: { "/detail/state/value": ["ALARM"] },
        report: "Created",
        fields: { episode: ["/detail/state/timestamp"], createdAt: ["/detail/state/timestamp"] },
      },
      // Also to INSUFFICIENT_DATA: the next ALARM has a start of its own.
      {
        where: { "/detail/previousState/value": ["ALARM"] },
        report: "Resolved",
        fields: {
          episode: ["/detail/previousState/timestamp"],
          createdAt: ["/detail/previousState/timestamp"],
        },
      },
    ],
    otherwise: { report: null, why: "The alarm neither enters nor leaves ALARM." },
  },
  guardduty: {
    system: "Amazon GuardDuty",
    document: "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html",
    events: { source: "aws.guardduty", detailTypes: ["GuardDuty Finding"] },
    fields: {
      id: [["/detail/id"]],
      title: ["/detail/title", "/detail/type"],
      status: [{ text: "active" }],
      priority: ["/detail/severity"],
      createdAt: ["/detail/createdAt"],
      updatedAt: ["/detail/updatedAt"],
    },
    metadata: {
      type: ["/detail/type"],
      description: ["/detail/description"],
      resource: ["/detail/resource"],
      count: ["/detail/service/count"],
      firstSeen: ["/detail/service/eventFirstSeen"],
      account: ["/detail/accountId"],
      region: ["/detail/region"],
    },
    cases: [
      {
        where: { "/detail/service/archived": ["true"] },
        report: "Resolved",
        fields: { status: [{ text: "archived" }] },
      },
    ],
    // The first event of a finding can count several occurrences; later ones repeat it.
    otherwise: { report: "Created", ongoing: true },
  },
  aws_health: {
    system: "AWS Health",
    document: "https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html",
    events: { source: "aws.health", detailTypes: ["AWS Health Event", "AWS Health Abuse Event"] },
    fields: {
      // Each affected account has events of its own under the same ARN.
      id: [["/detail/eventArn"], ["/detail/affectedAccount", "/account"]],
      title: ["/detail/eventTypeCode"],
      status: ["/detail/statusCode", { guess: "open" }],
      priority: ["/detail/eventTypeCategory"],
      createdAt: ["/detail/startTime"],
      updatedAt: ["/detail/lastUpdatedTime", "/time"],
    },
    metadata: {
      service: ["/detail/service"],
      description: ["/detail/eventDescription/0/latestDescription"],
      affectedEntities: ["/detail/affectedEntities"],
      affectedAccount: ["/detail/affectedAccount"],
      region: ["/detail/eventRegion", "/region"],
    },
    cases: [
      {
        where: { "/detail/page": [null, "1"], "/detail/statusCode": ["closed"] },
        report: "Resolved",
      },
      { where: { "/detail/page": [null, "1"] }, report: "Created", ongoing: true },
    ],
    otherwise: { report: null, why: "The first page of the event has reported it." },
  },
  ssm_incident: {
    system: "AWS Systems Manager Incident Manager",
    document: "https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-ssm-incidents.html",
    events: { source: "aws.ssm-incidents", detailTypes: ["AWS API Call via CloudTrail"] },
    fields: {
      id: [["/detail/responseElements/incidentRecordArn", "/detail/requestParameters/arn"]],
      title: ["/detail/requestParameters/title"],
      status: ["/detail/requestParameters/status", { guess: "OPEN" }],
      priority: ["/detail/requestParameters/impact"],
      updatedAt: ["/detail/eventTime"],
    },
    metadata: {
      responsePlan: ["/detail/requestParameters/responsePlanArn"],
      trigger: ["/detail/requestParameters/triggerDetails"],
      summary: ["/detail/requestParameters/summary"],
      by: ["/detail/userIdentity/arn"],
      account: ["/account"],
      region: ["/region"],
    },
    cases: [
      {
        where: { "/detail/eventName": ["StartIncident"], "/detail/errorCode": [null] },
        report: "Created",
        fields: { createdAt: ["/detail/eventTime"] },
      },
      {
        where: {
          "/detail/eventName": ["UpdateIncidentRecord"],
          "/detail/errorCode": [null],
          "/detail/requestParameters/status": ["RESOLVED"],
        },
        report: "Resolved",
      },
      {
        where: { "/detail/eventName": ["UpdateIncidentRecord"], "/detail/errorCode": [null] },
        report: "Updated",
      },
    ],
    otherwise: { report: null, why: "The call does not start or change an incident." },
  },
} as const satisfies Record<string, Kind>;
