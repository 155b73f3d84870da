// What is asked of AWS directly: events on the bus, executions of the state machine, and the dead letters.
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import type { Deployment } from "./deployment.ts";
import { Unexpected } from "./report.ts";

type BusEvent = { source: string; detailType: string; detail: unknown };

export class Account {
  private readonly deployment: Deployment;
  private readonly events: EventBridgeClient;
  private readonly states: SFNClient;
  private readonly queues: SQSClient;

  constructor(deployment: Deployment) {
    this.deployment = deployment;
    this.events = new EventBridgeClient(deployment.clients);
    this.states = new SFNClient(deployment.clients);
    this.queues = new SQSClient(deployment.clients);
  }

  async publish({ source, detailType, detail }: BusEvent): Promise<void> {
    const entry = { EventBusName: this.deployment.bus, Source: source, DetailType: detailType };
    const Entries = [{ ...entry, Detail: JSON.stringify(detail) }];
    const answer = await this.events.send(new PutEventsCommand({ Entries }));
    const refused = answer.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (refused) throw new Unexpected(`the bus refused the event: ${refused.ErrorMessage}`);
  }

  /** The status of the run's execution in Step Functions, such as `SUCCEEDED`. */
  async statusOf(executionId: string): Promise<string> {
    const executionArn = this.arnOf(executionId);
    const { status = "" } = await this.states.send(new DescribeExecutionCommand({ executionArn }));
    return status;
  }

  /** Whether the execution has entered this state of the workflow. */
  async hasEntered(executionId: string, state: string): Promise<boolean> {
    const executionArn = this.arnOf(executionId);
    const { events = [] } = await this.states.send(new GetExecutionHistoryCommand({ executionArn }));
    return events.some(({ stateEnteredEventDetails: entered }) => entered?.name === state);
  }

  /** As *Stop execution* in the console of Step Functions does. */
  async stop(executionId: string): Promise<void> {
    const executionArn = this.arnOf(executionId);
    await this.states.send(new StopExecutionCommand({ executionArn, cause: "Stopped by verify:aws" }));
  }

  /** About how many messages are in the dead-letter queue of the rule `execution-requests`, hidden ones included. */
  async countDeadLetters(): Promise<number> {
    const [visible, hidden] = [
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesNotVisible",
    ] as const;
    const attributes = await this.attributesOf(this.deployment.deadLettersUrl, [visible, hidden]);
    return Number(attributes[visible] ?? 0) + Number(attributes[hidden] ?? 0);
  }

  /** The reason of the dead letter whose text contains `mark`. It stays where it is. */
  async readDeadLetter(mark: string): Promise<string | undefined> {
    const found = await this.receiveDeadLetter(mark);
    return found && reasonOf(found);
  }

  /** Removes the dead letter whose text contains `mark`, and no other. */
  async removeDeadLetter(mark: string): Promise<void> {
    const found = await this.receiveDeadLetter(mark);
    if (!found) throw new Unexpected("it does not show");
    const { deadLettersUrl: QueueUrl } = this.deployment;
    await this.queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: found.ReceiptHandle }));
  }

  private async receiveDeadLetter(mark: string): Promise<Message | undefined> {
    const { Messages = [] } = await this.queues.send(
      new ReceiveMessageCommand({
        QueueUrl: this.deployment.deadLettersUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        // Seen again at once: a move task does not wait for hidden messages.
        VisibilityTimeout: 0,
        MessageAttributeNames: ["All"],
      }),
    );
    return Messages.find(({ Body = "" }) => Body.includes(mark));
  }

  /** Sends all dead letters back to the queue of the rule. */
  async redrive(): Promise<void> {
    const { deadLettersUrl, requestsUrl } = this.deployment;
    const [SourceArn, DestinationArn] = await Promise.all(
      [deadLettersUrl, requestsUrl].map((u) => this.arnAt(u)),
    );
    await this.queues.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
  }

  close(): void {
    for (const client of [this.events, this.states, this.queues]) client.destroy();
  }

  private arnOf(executionId: string): string {
    return `${this.deployment.stateMachineArn.replace(":stateMachine:", ":execution:")}:${executionId}`;
  }

  private async arnAt(url: string): Promise<string | undefined> {
    return (await this.attributesOf(url, ["QueueArn"])).QueueArn;
  }

  private async attributesOf<N extends QueueAttribute>(QueueUrl: string, AttributeNames: N[]) {
    const { Attributes = {} } = await this.queues.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames }),
    );
    return Attributes as Partial<Record<N, string>>;
  }
}

type QueueAttribute = "QueueArn" | "ApproximateNumberOfMessages" | "ApproximateNumberOfMessagesNotVisible";

const reasonOf = ({ MessageAttributes = {} }: Message) =>
  MessageAttributes["reason"]?.StringValue ?? "no reason";
