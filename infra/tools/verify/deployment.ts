// Where the parts of a deployment are: from the outputs of its stack, or from a local stack's AWS endpoint.
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { BUS } from "../../../shared/contract/events.ts";
import type { Arguments } from "./arguments.ts";
import { describe, explainStart, StartError } from "./failures.ts";

/** What all SDK clients are made with. */
type ClientSettings = {
  region?: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
};

export type Deployment = {
  /** On a local stack, some rows cannot be shown. */
  isLocal: boolean;
  clients: ClientSettings;
  api: string;
  bus: string;
  stateMachineArn: string;
  /** The queue of the rule `execution-requests`, and its dead letters. */
  requestsUrl: string;
  deadLettersUrl: string;
};

export function findDeployment(given: Arguments): Promise<Deployment> {
  const { "endpoint-url": endpoint, region } = given;
  return endpoint === undefined
    ? readStack(given, { ...(region !== undefined && { region }) })
    : askLocalStack(given, {
        endpoint,
        region: region ?? "eu-central-1",
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
      });
}

async function readStack({ stack, api }: Arguments, clients: ClientSettings): Promise<Deployment> {
  const outputs = await describeOutputs(stack, clients);
  const outputOf = (name: string) => {
    const value = outputs.get(name);
    if (value === undefined) {
      throw new StartError(
        `The stack ${stack} has no output ${name}: it is not a stack of this service, or of an older version. Deploy it again, or check --stack.`,
      );
    }
    return value;
  };
  return {
    isLocal: false,
    clients,
    api: api ?? outputOf("ApiUrl").replace(/\/+$/, ""),
    bus: outputOf("EventBusName"),
    stateMachineArn: outputOf("StateMachineArn"),
    requestsUrl: outputOf("ExecutionRequestsQueueUrl"),
    deadLettersUrl: outputOf("ExecutionRequestsDeadLettersUrl"),
  };
}

async function describeOutputs(StackName: string, clients: ClientSettings): Promise<Map<string, string>> {
  const cloudFormation = new CloudFormationClient(clients);
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const outputs = Stacks.flatMap(({ Outputs = [] }) => Outputs);
    return new Map(outputs.map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]));
  } catch (error) {
    if (!/does not exist/.test(describe(error))) throw explainStart(error);
    const where = await cloudFormation.config.region();
    throw new StartError(
      `There is no stack ${StackName} in this account in ${where}: check --stack, --region and AWS_PROFILE.`,
    );
  } finally {
    cloudFormation.destroy();
  }
}

async function askLocalStack({ api = "" }: Arguments, clients: ClientSettings): Promise<Deployment> {
  const [states, queues] = [new SFNClient(clients), new SQSClient(clients)];
  const urlOf = async (QueueName: string) =>
    (await queues.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? "";
  try {
    const { stateMachines = [] } = await states.send(new ListStateMachinesCommand({}));
    const stateMachineArn = stateMachines[0]?.stateMachineArn ?? "";
    const [requestsUrl, deadLettersUrl] = await Promise.all(
      ["execution-requests", "execution-requests-dead-letters"].map(urlOf),
    );
    if (!requestsUrl || !deadLettersUrl) throw new Error("A queue has no address");
    return { isLocal: true, clients, api, bus: BUS, stateMachineArn, requestsUrl, deadLettersUrl };
  } finally {
    states.destroy();
    queues.destroy();
  }
}
