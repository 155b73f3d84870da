// The local stack that records: its own database and keys, a clock that can be set back, and nothing that runs by itself.
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DescribeExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import { CAST, Session } from "../../../infra/docs/examples.ts";
import { createPublisher } from "../../../infra/docs/record.ts";
import { Receiver } from "../../../infra/local/demo/receiver.ts";
import { publishAsAws } from "../../../infra/local/emit/aws-event.ts";
import { startHost } from "../../../infra/local/host/host.ts";
import type { Host } from "../../../infra/local/host/parts.ts";
import { createInvoker, type LoadHandler } from "../../../infra/local/lambda/lambda.ts";
import { signToken } from "../../../infra/local/oidc/identity.ts";
import { OWN_KEY_NAMES, secretNameOf } from "../../../shared/contract/own-keys.ts";
import { HEARD_RULES, type Heard, listen } from "./heard.ts";
import type { Stage } from "./stage.ts";

const local = { region: "eu-central-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

/** Options of the deployment under which everything leaves something. */
const OPTIONS = {
  POWERTOOLS_LOG_LEVEL: "SILENT",
  POWERTOOLS_METRICS_DISABLED: "true",
  APPROVAL_VALID_DAYS: "low=10,medium=10,high=10",
  DELIVERIES_PER_TEAM: "1",
};

type Item = Record<string, { S?: string }>;
export type Stack = Awaited<ReturnType<typeof startStack>>;

export async function startStack() {
  Object.assign(process.env, OPTIONS);
  const dataDir = mkdtempSync(join(tmpdir(), "runbooks-release-"));
  const heard: Heard = { calls: [], events: [] };
  const load = listen(heard);
  const settings = { apiPort: 0, awsPort: 0, dynamoDbPort: 0, dataDir, region: local.region };
  const parts = { log: () => undefined, load, rules: HEARD_RULES, schedules: {} };
  const host = await startHost(settings, parts);
  const receiver = new Receiver();
  await receiver.start();
  const stop = async () => {
    await receiver.stop();
    await host.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return {
    heard,
    stage: openStage(host, receiver, { load, heard }),
    stop,
    readItems: () => readItems(host.dynamoDb),
    readOwnKeys: () => readOwnKeys(host.aws),
    readInputs: (ids: readonly string[]) => readInputs(host, ids),
    readKmsKey: () => JSON.parse(readFileSync(join(dataDir, "kms-key.json"), "utf8")) as unknown,
  };
}

type Listening = { load: LoadHandler; heard: Heard };

function openStage(host: Host, receiver: Receiver, { load, heard }: Listening): Stage {
  const token = (user: string, ...groups: string[]) =>
    signToken(host.identity, { user, groups, expiresInSeconds: 3600 });
  const invoke = createInvoker(load, host.arns);
  const people = { api: host.api, token };
  return {
    session: new Session(people, CAST),
    board: new Session(people, { ...CAST, rob: CAST.boss }),
    receiver,
    publish: createPublisher(host.aws),
    publishAsAws: (event) => publishAsAws(event, { endpoint: host.aws, region: local.region }),
    hasHeard: (path, ...texts) =>
      heard.calls.some(
        (call) => call.path === path && texts.every((text) => JSON.stringify(call).includes(text)),
      ),
    sweep: () => invoke("events/sweep", scheduled(), { timeoutSeconds: 60 }),
  };
}

/** As EventBridge calls a scheduled function. */
const scheduled = () => ({
  version: "0",
  id: randomUUID(),
  "detail-type": "Scheduled Event",
  source: "aws.events",
  account: "000000000000",
  time: new Date().toISOString().replace(/\.\d{3}Z$/, "Z"),
  region: local.region,
  resources: [],
  detail: {},
});

async function readItems(endpoint: string): Promise<Item[]> {
  const client = new DynamoDBClient({ endpoint, ...local });
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: "runbooks" }))
    items.push(...(Items as Item[]));
  client.destroy();
  const keyOf = (item: Item) => `${item["pk"]?.S} ${item["sk"]?.S}`;
  return items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

async function readOwnKeys(endpoint: string): Promise<Record<string, string>> {
  const client = new SecretsManagerClient({ endpoint, ...local });
  const read = async (SecretId: string) =>
    [SecretId, (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? ""] as const;
  return Object.fromEntries(await Promise.all(OWN_KEY_NAMES.map((name) => read(secretNameOf(name)))));
}

/** Returns what the state machines of these runs were started with. */
async function readInputs({ aws, arns }: Host, ids: readonly string[]): Promise<unknown[]> {
  const client = new SFNClient({ endpoint: aws, ...local });
  const inputs = ids.map(async (id) => {
    const { input = "" } = await client.send(
      new DescribeExecutionCommand({ executionArn: arns.execution(id) }),
    );
    return JSON.parse(input) as unknown;
  });
  return Promise.all(inputs);
}
