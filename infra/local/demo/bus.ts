// The demo's incident system and its consumer: PutEvents in; the service's own events out through a rule and a queue.
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import { BUS, OWN_SOURCE } from "../../../shared/contract/events.ts";
import { DEFAULT_REGION } from "../platform/arns.ts";

const Announcement = z.looseObject({ "detail-type": z.string(), detail: z.looseObject({}) });
type Announcement = z.infer<typeof Announcement>;

type Incident = { id: string; title: string; service: string };

export class Bus {
  private readonly events: EventBridgeClient;
  private readonly queues: SQSClient;
  private queueUrl = "";

  constructor(endpoint: string) {
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const settings = { endpoint, region: DEFAULT_REGION, credentials };
    this.events = new EventBridgeClient(settings);
    this.queues = new SQSClient(settings);
  }

  /** Subscribes to the events that the service publishes, as any client can. */
  async listen(): Promise<void> {
    const { QueueUrl = "" } = await this.queues.send(new CreateQueueCommand({ QueueName: "demo-listener" }));
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] });
    const Arn = (await this.queues.send(asked)).Attributes?.["QueueArn"];
    const pattern = JSON.stringify({ source: [OWN_SOURCE] });
    await this.events.send(new PutRuleCommand({ Name: "demo", EventBusName: BUS, EventPattern: pattern }));
    await this.events.send(
      new PutTargetsCommand({ Rule: "demo", EventBusName: BUS, Targets: [{ Id: "queue", Arn }] }),
    );
    this.queueUrl = QueueUrl;
  }

  /** Reports a P1 incident of the payments team. */
  async reportIncident({ id, title, service }: Incident): Promise<void> {
    const createdAt = "2026-03-01T03:00:00.000Z";
    const described = { title, status: "open", priority: "P1", teamId: "payments" };
    const Entry = {
      EventBusName: BUS,
      Source: "oncall.incidents",
      DetailType: "Incident Created",
      Detail: JSON.stringify({ incident: { id, ...described, createdAt, metadata: { service } } }),
    };
    await this.events.send(new PutEventsCommand({ Entries: [Entry] }));
  }

  /** Returns the first event of this kind about this run, or null after 15 s without one. */
  async waitForAnnouncement(kind: string, executionId: string): Promise<Announcement | null> {
    const deadline = Date.now() + 15_000;
    while (Date.now() < deadline) {
      const receive = new ReceiveMessageCommand({
        QueueUrl: this.queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
      });
      const { Messages = [] } = await this.queues.send(receive);
      const heard = Messages.map(({ Body = "{}" }) => Announcement.parse(JSON.parse(Body)));
      const found = heard.find((e) => e["detail-type"] === kind && e.detail["executionId"] === executionId);
      if (found) return found;
    }
    return null;
  }

  stop(): void {
    this.events.destroy();
    this.queues.destroy();
  }
}
