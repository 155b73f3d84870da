// The command `aws` of the documents: `aws <service> <operation> --option …` becomes a call of the same name to the SDK.
import { readFileSync } from "node:fs";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as eventbridge from "@aws-sdk/client-eventbridge";
import * as secretsmanager from "@aws-sdk/client-secrets-manager";
import * as sfn from "@aws-sdk/client-sfn";
import * as sqs from "@aws-sdk/client-sqs";

type Input = Record<string, unknown>;
type Sender = { send: (command: unknown) => Promise<object> };
type Service = { client: new (settings: object) => object; commands: object; style: "Pascal" | "camel" };

/** Step Functions alone spells its parameters with a small letter. */
const SERVICES: Readonly<Record<string, Service>> = {
  dynamodb: { client: dynamodb.DynamoDBClient, commands: dynamodb, style: "Pascal" },
  events: { client: eventbridge.EventBridgeClient, commands: eventbridge, style: "Pascal" },
  secretsmanager: { client: secretsmanager.SecretsManagerClient, commands: secretsmanager, style: "Pascal" },
  sqs: { client: sqs.SQSClient, commands: sqs, style: "Pascal" },
  stepfunctions: { client: sfn.SFNClient, commands: sfn, style: "camel" },
};

const pascal = (name: string) =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
const camel = (name: string) => name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Options with all that follows each. */
function readOptions(words: readonly string[]): Map<string, string[]> {
  const options = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const word of words) {
    if (word.startsWith("--")) {
      current = [];
      options.set(word.slice(2), current);
    } else current?.push(word);
  }
  return options;
}

/** Whole numbers as such, `file://` and JSON as what they hold, `A=1,B=2` as the list of one that the CLI makes of it. */
function toValue(name: string, words: readonly string[]): unknown {
  const [word = "", ...more] = words;
  if (more.length > 0 || name.endsWith("names")) return words;
  if (word.startsWith("file://")) return JSON.parse(readFileSync(word.slice("file://".length), "utf8"));
  if (name !== "event-pattern" && /^[[{]/.test(word)) return JSON.parse(word);
  if (/^\d+$/.test(word)) return Number(word);
  if (/^\w+=[^,]+(,\w+=[^,]+)*$/.test(word)) {
    return [Object.fromEntries(word.split(",").map((pair) => pair.split(/=(.*)/).slice(0, 2)))];
  }
  return word;
}

async function call([service = "", operation = "", ...words]: string[]): Promise<unknown> {
  const known = SERVICES[service];
  if (!known) throw new Error(`aws has no service ${service} here`);
  const Command: unknown = Reflect.get(known.commands, `${pascal(operation)}Command`);
  if (typeof Command !== "function") throw new Error(`${service} has no operation ${operation}`);
  const { "endpoint-url": endpoint, query, output: _output, ...rest } = Object.fromEntries(readOptions(words));
  if (!endpoint) throw new Error("The documents' examples for a local stack name its endpoint");
  const input: Input = Object.fromEntries(
    Object.entries(rest).map(([name, given]) => [
      known.style === "camel" ? camel(name) : pascal(name),
      toValue(name, given),
    ]),
  );
  const client = new known.client({ endpoint: endpoint[0] }) as Sender;
  const { $metadata: _metadata, ...answer } = { $metadata: null, ...(await client.send(Reflect.construct(Command, [input]))) };
  return query?.[0] === undefined ? answer : pick(answer, query[0]);
}

/** `executions[0].executionArn`. */
function pick(answer: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((step) => step !== "")
    .reduce<unknown>((found, step) => Reflect.get(Object(found), step), answer);
}

try {
  const answer = await call(process.argv.slice(2));
  const text = typeof answer === "string" ? answer : JSON.stringify(answer, null, 2);
  if (text !== "{}") process.stdout.write(`${text}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
