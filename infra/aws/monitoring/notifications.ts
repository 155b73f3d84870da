// Who hears of alarms: faults page the one address, notices go to the other.
import { Stack } from "aws-cdk-lib";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSubscription, type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { Options } from "../options/options.ts";
import type { BuiltAlarm } from "./alarm.ts";

type Receiver = { topicArn?: string | undefined; email?: string | undefined };

/** A new alarm goes from INSUFFICIENT_DATA to OK. A first deployment would send a mail for each. */
const WORTH_A_MAIL = {
  $or: [{ NewStateValue: ["ALARM", "INSUFFICIENT_DATA"] }, { OldStateValue: ["ALARM"] }],
};

/** Sends each level of alarms to its topic or address. Without either, they only show in CloudWatch. */
export function connectAlarms(scope: Construct, alarms: readonly BuiltAlarm[], options: Options): void {
  const { alarmTopicArn, alarmEmail, noticeTopicArn, noticeEmail } = options;
  const topics = {
    page: getTopic(scope, "Alarm", { topicArn: alarmTopicArn, email: alarmEmail }),
    notice: getTopic(scope, "Notice", { topicArn: noticeTopicArn, email: noticeEmail }),
  };
  for (const { alarm, level, silence } of alarms) {
    const topic = topics[level];
    if (!topic) continue;
    const action = new SnsAction(topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    if (silence) alarm.addInsufficientDataAction(action);
  }
}

function getTopic(scope: Construct, kind: string, { topicArn, email }: Receiver): ITopic | null {
  if (topicArn) return Topic.fromTopicArn(scope, `${kind}Topic`, topicArn);
  if (!email) return null;
  const topic = new Topic(scope, `${kind}s`, { enforceSSL: true });
  new CfnSubscription(scope, `${kind}Mail`, {
    topicArn: topic.topicArn,
    protocol: "email",
    endpoint: email,
    filterPolicyScope: "MessageBody",
    filterPolicy: WORTH_A_MAIL,
  });
  // `enforceSSL` adds a topic policy, which replaces the default policy. CloudWatch then needs its own permission.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } },
    }),
  );
  return topic;
}
