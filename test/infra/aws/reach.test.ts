// What the code of each route and other function can ask of AWS, without all that it never uses, is what it is granted.
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { ROWS, rowStatements } from "../../support/rows.ts";
import { Facts, list } from "../../support/template.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const facts = new Facts();

/** The action that a command of the SDK needs. */
const COMMANDS = {
  StartExecutionCommand: "states:StartExecution",
  DescribeExecutionCommand: "states:DescribeExecution",
  StopExecutionCommand: "states:StopExecution",
  SendTaskSuccessCommand: "states:SendTaskSuccess",
  EncryptCommand: "kms:Encrypt",
  DecryptCommand: "kms:Decrypt",
  GetSecretValueCommand: "secretsmanager:GetSecretValue",
  DescribeSecretCommand: "secretsmanager:DescribeSecret",
  PutEventsCommand: "events:PutEvents",
  SendMessageCommand: "sqs:SendMessage",
  SendMessageBatchCommand: "sqs:SendMessage",
  CreateScheduleCommand: "scheduler:CreateSchedule",
  DeleteScheduleCommand: "scheduler:DeleteSchedule",
  ListSchedulesCommand: "scheduler:ListSchedules",
  InvokeCommand: "lambda:InvokeFunction",
} as const;

/** A transaction needs the actions of its items; which of them it has, the code alone does not show. */
const TABLE_COMMANDS = {
  GetCommand: "dynamodb:GetItem",
  QueryCommand: "dynamodb:Query",
  PutCommand: "dynamodb:PutItem",
  UpdateCommand: "dynamodb:UpdateItem",
  TransactWriteCommand: "dynamodb:PutItem",
} as const;

/** Which lists are read in batches is data (`LIST_KINDS`): the code alone does not tell who needs the action. */
const LIST_COMMANDS: readonly string[] = ["BatchGetCommand"];

const code = codeOf();
/** Of a function without routes what its role allows; of a route its part of the role of its class. */
const statementsOf = (name: string) =>
  facts.functionNames().includes(name) ? facts.grants(name) : rowStatements(name);
const actionsOf = (name: string) => statementsOf(name).flatMap(({ Action }) => list(Action));
const reached = (name: string, commands: Record<string, string>) =>
  [...(code.get(name) ?? "").matchAll(/new (\w+Command)\(/g)].flatMap(
    ([, command]) => commands[command ?? ""] ?? [],
  );

describe("every command of the SDK", () => {
  it("that the functions use is known here", () => {
    const used = [...code.values()].flatMap((text) =>
      [...text.matchAll(/new (\w+Command)\(/g)].map(([, c]) => c),
    );
    const known = [COMMANDS, TABLE_COMMANDS]
      .flatMap((commands) => Object.keys(commands))
      .concat(LIST_COMMANDS);
    expect([...new Set(used)].filter((command) => !known.includes(command ?? ""))).toEqual([]);
  });
});

/** Every route's frame can read the service's own keys; whose contract needs one is seen in grants.test.ts. */
const FRAME = "secretsmanager:GetSecretValue";
const besidesFrame = ({ kind }: (typeof ROWS)[number], actions: readonly string[]) =>
  [...new Set(actions)].filter((action) => kind !== "api" || action !== FRAME).sort();

describe.each(ROWS)("$name", (row) => {
  const { name } = row;

  it("may call exactly what its code can call", () => {
    const known: readonly string[] = Object.values(COMMANDS);
    const allowed = actionsOf(name).filter((action) => known.includes(action));
    const isReader = actionsOf(name).includes("dynamodb:GetRecords");
    // The event source of a stream puts what cannot be read into the dead letters, with the reader's role.
    const given = isReader ? allowed.filter((action) => action !== "sqs:SendMessage") : allowed;
    expect(besidesFrame(row, given)).toEqual(besidesFrame(row, reached(name, COMMANDS)));
  });

  it("may call on the table what its code can call", () => {
    const allowed = actionsOf(name);
    expect(reached(name, TABLE_COMMANDS).filter((action) => !allowed.includes(action))).toEqual([]);
  });
});

/** The code of each function without packages and without what it never calls. */
function codeOf(): Map<string, string> {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: ROWS.map(({ name, file }) => ({ in: file, out: name })),
    outdir: "unwritten",
    write: false,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*\/|\.js$/g, ""), text]));
}
