// The command `aws` of the documents: `aws <service> <operation> --option …` becomes a call of the same name to the SDK.
import { readFileSync } from "node:fs";

type Input = Record<string, unknown>;
type Sender = { send: (command: unknown) => Promise<object> };

/** By the CLI's name: the SDK's client, loaded only when it is called. Step Functions alone spells its parameters small. */
const SERVICES: Readonly<Record<string, { sdk: () => Promise<object>; client: string; isCamel?: boolean }>> =
  {
    dynamodb: { sdk: () => import("@aws-sdk/client-dynamodb"), client: "DynamoDBClient" },
    events: { sdk: () => import("@aws-sdk/client-eventbridge"), client: "EventBridgeClient" },
    sqs: { sdk: () => import("@aws-sdk/client-sqs"), client: "SQSClient" },
    stepfunctions: { sdk: () => import("@aws-sdk/client-sfn"), client: "SFNClient", isCamel: true },
  };

const pascal = (name: string) =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
const camel = (name: string) => name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Options with the values of each. */
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
  const sdk = await known.sdk();
  const Command: unknown = Reflect.get(sdk, `${pascal(operation)}Command`);
  if (typeof Command !== "function") throw new Error(`${service} has no operation ${operation}`);
  const {
    "endpoint-url": endpoint,
    query,
    output: _output,
    ...rest
  } = Object.fromEntries(readOptions(words));
  if (!endpoint) throw new Error("The documents' examples for a local stack name its endpoint");
  const input: Input = Object.fromEntries(
    Object.entries(rest).map(([name, given]) => [
      known.isCamel ? camel(name) : pascal(name),
      toValue(name, given),
    ]),
  );
  const client = Reflect.construct(Reflect.get(sdk, known.client), [{ endpoint: endpoint[0] }]) as Sender;
  const { $metadata: _metadata, ...answer } = {
    $metadata: null,
    ...(await client.send(Reflect.construct(Command, [input]))),
  };
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
