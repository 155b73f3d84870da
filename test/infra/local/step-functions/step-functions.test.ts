// Step Functions of the local stack, through the real SDK client, on the workflow file and on small ones.
import { readFileSync } from "node:fs";
import {
  CreateActivityCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Handler } from "../../../../infra/local/lambda/lambda.ts";
import { readWorkflow } from "../../../../infra/local/step-functions/workflow-definition.ts";
import { WORKFLOW_FUNCTIONS } from "../../../../shared/contract/workflow.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../../support/dynamodb.ts";
import { startLocalHost, type TestHost } from "../../../support/local-host.ts";

const functions = new Map<string, Handler>();
const events: unknown[] = [];
const load = async (path: string): Promise<Handler> => {
  return (event, context) => {
    const handler = functions.get(path);
    if (handler === undefined) throw new Error(`No fixture ${path}`);
    return handler(event, context);
  };
};
const rules = {
  ended: { bus: "default", pattern: { source: ["aws.states"] }, target: "collect" },
};
const quiet = { routes: {}, schedules: {}, streamTargets: {}, load };
const clientOf = (host: TestHost) =>
  new SFNClient({ endpoint: host.aws, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });

let names = 0;
const freshName = () => `run-${names++}`;
const start = (sfn: SFNClient, host: TestHost, name = freshName(), input = "{}") =>
  sfn.send(new StartExecutionCommand({ stateMachineArn: host.arns.stateMachine, name, input }));
const ended = async (sfn: SFNClient, executionArn: string | undefined, status: ExecutionStatus) => {
  const describeIt = () => sfn.send(new DescribeExecutionCommand({ executionArn }));
  await expect.poll(async () => (await describeIt()).status, { timeout: 10_000 }).toBe(status);
  return describeIt();
};

beforeEach(() => {
  functions.clear();
  events.length = 0;
  functions.set("events/collect", (event) => {
    for (const { body } of (event as { Records: Array<{ body: string }> }).Records)
      events.push(JSON.parse(body));
  });
});

describe("the workflow file", () => {
  let host: TestHost;
  let sfn: SFNClient;
  beforeAll(async () => {
    host = await startLocalHost({ ...quiet, rules });
    sfn = clientOf(host);
  });
  afterAll(() => host.stop());

  /** A run that is delivered at the second attempt, and ends well. */
  const goodRun = () => {
    functions.set("workflow/deliver-webhook", (input) => {
      const { attempt } = input as { attempt?: number };
      const again = { next: "wait", attempt: 2, waitSeconds: 0 };
      return { ...(input as object), ...(attempt === undefined ? again : { next: "succeed" }) };
    });
    functions.set("workflow/complete-execution", (input) => ({
      ...(input as object),
      status: "SUCCESS",
      error: "",
    }));
  };

  test("runs to its end, and the status, the output and the event say so", async () => {
    goodRun();
    const input = JSON.stringify({ executionId: "execution_1" });
    const { executionArn, startDate } = await start(sfn, host, "execution_1", input);
    const execution = await ended(sfn, executionArn, "SUCCEEDED");
    expect(execution).toMatchObject({ name: "execution_1", input, stateMachineArn: host.arns.stateMachine });
    expect(execution.startDate).toEqual(startDate);
    expect(execution.stopDate).toBeInstanceOf(Date);
    expect(JSON.parse(execution.output ?? "")).toMatchObject({
      executionId: "execution_1",
      status: "SUCCESS",
    });
    await expect.poll(() => events).toHaveLength(2);
    expect(events[1]).toEqual({
      version: "0",
      id: expect.any(String),
      "detail-type": "Step Functions Execution Status Change",
      source: "aws.states",
      account: "000000000000",
      time: expect.stringMatching(/^[\d-]+T[\d:]+Z$/),
      region: LOCAL_REGION,
      resources: [executionArn],
      detail: {
        executionArn,
        stateMachineArn: host.arns.stateMachine,
        name: "execution_1",
        status: "SUCCEEDED",
        startDate: startDate?.getTime(),
        stopDate: execution.stopDate?.getTime(),
        input,
        output: execution.output,
        inputDetails: { included: true },
        outputDetails: { included: true },
        error: null,
        cause: null,
      },
    });
  });

  test("lists its history in the order of AWS, in pages, forwards and backwards", async () => {
    goodRun();
    const { executionArn } = await start(sfn, host);
    await ended(sfn, executionArn, "SUCCEEDED");
    const types: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 7, nextToken }));
      types.push(...(page.events ?? []).map((event) => `${event.id} ${event.previousEventId} ${event.type}`));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    const task = (exit = "TaskStateExited") => [
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionSucceeded",
      exit,
    ];
    const choice = ["ChoiceStateEntered", "ChoiceStateExited"];
    const expected = [
      "ExecutionStarted",
      ...task(),
      ...choice,
      ...["WaitStateEntered", "WaitStateExited"],
      ...task(),
      ...choice,
      ...task(),
      "ExecutionSucceeded",
    ];
    expect(types).toEqual(expected.map((type, index) => `${index + 1} ${index} ${type}`));
    const backwards = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
    );
    expect(backwards.events?.[0]).toMatchObject({
      type: "ExecutionSucceeded",
      timestamp: expect.any(Date),
      executionSucceededEventDetails: { output: expect.stringContaining("SUCCESS") },
    });
  });

  test("retries a task that throws, with its error in the history, and continues when it succeeds", async () => {
    goodRun();
    let calls = 0;
    functions.set("workflow/deliver-webhook", () => {
      calls += 1;
      if (calls === 1) throw new TypeError("not yet");
      return { executionId: "x", next: "succeed", attempt: 1 };
    });
    const { executionArn } = await start(sfn, host);
    await ended(sfn, executionArn, "SUCCEEDED");
    const { events: reported } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    const failed = reported?.find((event) => event.type === "LambdaFunctionFailed");
    expect(calls).toBe(2);
    expect(failed?.lambdaFunctionFailedEventDetails?.error).toBe("TypeError");
    expect(JSON.parse(failed?.lambdaFunctionFailedEventDetails?.cause ?? "")).toMatchObject({
      errorType: "TypeError",
      errorMessage: "not yet",
    });
  });

  test("ends as FAILED with the error and the cause that its Fail state names", async () => {
    functions.set("workflow/deliver-webhook", () => ({
      executionId: "execution_9",
      next: "fail",
      attempt: 1,
    }));
    functions.set("workflow/complete-execution", (input) => ({
      ...(input as object),
      status: "FAILED",
      error: "runbook_not_approved",
    }));
    const { executionArn } = await start(sfn, host);
    const execution = await ended(sfn, executionArn, "FAILED");
    expect([execution.error, execution.cause]).toEqual(["runbook_not_approved", "execution_9"]);
    await expect.poll(() => events.at(-1)).toMatchObject({ detail: { status: "FAILED", output: null } });
  });

  test("is described with its substitutions filled, and listed", async () => {
    const { stateMachines } = await sfn.send(new ListStateMachinesCommand({}));
    const machine = await sfn.send(
      new DescribeStateMachineCommand({ stateMachineArn: host.arns.stateMachine }),
    );
    expect(stateMachines).toMatchObject([{ name: "runbook-executions", type: "STANDARD" }]);
    expect(machine.definition).not.toContain("${");
    for (const name of Object.values(WORKFLOW_FUNCTIONS)) {
      expect(machine.definition).toContain(host.arns.function(name));
    }
    const file = JSON.parse(readFileSync("infra/execution.asl.json", "utf8"));
    expect(Object.keys(JSON.parse(machine.definition ?? "").States)).toEqual(Object.keys(file.States));
  });
});

describe("an execution", () => {
  let host: TestHost;
  let sfn: SFNClient;
  const machine = {
    StartAt: "Ask",
    States: {
      Ask: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Parameters: {
          FunctionName: "${CompleteExecution}",
          Payload: { "run.$": "$$.Execution.Name", "token.$": "$$.Task.Token" },
        },
        TimeoutSeconds: 30,
        HeartbeatSeconds: 20,
        End: true,
      },
    },
  };
  beforeAll(async () => {
    host = await startLocalHost({
      ...quiet,
      rules,
      workflow: (arns) => readWorkflow(JSON.stringify(machine), arns),
    });
    sfn = clientOf(host);
  });
  afterAll(() => host.stop());

  const tokens = new Map<string, string>();
  beforeEach(() => {
    tokens.clear();
    functions.set("workflow/complete-execution", (input) => {
      const { run, token } = input as { run: string; token: string };
      tokens.set(run, token);
    });
  });
  const tokenOfRun = async (name: string) => {
    await expect.poll(() => tokens.get(name)).toBeTypeOf("string");
    return tokens.get(name) ?? "";
  };

  test("starts once for a name and an input while it runs; the name is refused for any other input", async () => {
    const name = freshName();
    const first = await start(sfn, host, name, '{"a":1}');
    expect((await start(sfn, host, name, '{"a":1}')).executionArn).toBe(first.executionArn);
    await expect(start(sfn, host, name, '{"a":2}')).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    await sfn.send(new SendTaskSuccessCommand({ taskToken: await tokenOfRun(name), output: "1" }));
    await ended(sfn, first.executionArn, "SUCCEEDED");
    await expect(start(sfn, host, name, '{"a":1}')).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    expect(events.filter((e) => JSON.stringify(e).includes('"SUCCEEDED"'))).toHaveLength(1);
  });

  test("waits for its task token, and returns the output that comes with it", async () => {
    const name = freshName();
    const { executionArn } = await start(sfn, host, name);
    const taskToken = await tokenOfRun(name);
    await sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"done":true}' }));
    expect((await ended(sfn, executionArn, "SUCCEEDED")).output).toBe('{"done":true}');
    const again = sfn.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    await expect(again).rejects.toMatchObject({ name: "TaskTimedOut" });
  });

  test("fails with the error and cause that come with its task token", async () => {
    const name = freshName();
    const { executionArn } = await start(sfn, host, name);
    const taskToken = await tokenOfRun(name);
    await sfn.send(new SendTaskFailureCommand({ taskToken, error: "receiver_failed", cause: "disk full" }));
    const execution = await ended(sfn, executionArn, "FAILED");
    expect([execution.error, execution.cause]).toEqual(["receiver_failed", "disk full"]);
  });

  test("is stopped with a reason, calls nothing any more, and its token is void", async () => {
    const name = freshName();
    const { executionArn } = await start(sfn, host, name);
    const taskToken = await tokenOfRun(name);
    const { stopDate } = await sfn.send(
      new StopExecutionCommand({ executionArn, error: "cancelled", cause: "by ana" }),
    );
    const execution = await ended(sfn, executionArn, "ABORTED");
    expect(execution).toMatchObject({ error: "cancelled", cause: "by ana", stopDate });
    const late = sfn.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    await expect(late).rejects.toMatchObject({ name: "TaskTimedOut" });
    await expect.poll(() => events.at(-1)).toMatchObject({ detail: { status: "ABORTED" } });
    const { events: reported } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(reported?.at(-1)).toMatchObject({
      type: "ExecutionAborted",
      executionAbortedEventDetails: { error: "cancelled" },
    });
  });

  test("is listed newest first, by status, in pages", async () => {
    const stateMachineArn = host.arns.stateMachine;
    const started = [freshName(), freshName(), freshName()];
    for (const name of started) await start(sfn, host, name);
    const first = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: "RUNNING", maxResults: 2 }),
    );
    const second = await sfn.send(
      new ListExecutionsCommand({
        stateMachineArn,
        statusFilter: "RUNNING",
        maxResults: 2,
        nextToken: first.nextToken,
      }),
    );
    const found = [...(first.executions ?? []), ...(second.executions ?? [])].map((e) => e.name);
    expect(found).toEqual([...started].reverse());
  });

  test.each([
    [
      "an unknown state machine",
      () => new StartExecutionCommand({ stateMachineArn: "arn:aws:states:x" }),
      "StateMachineDoesNotExist",
    ],
    [
      "an unknown execution",
      () => new DescribeExecutionCommand({ executionArn: "arn:x" }),
      "ExecutionDoesNotExist",
    ],
    [
      "an input that is not JSON",
      () => new StartExecutionCommand({ stateMachineArn: host.arns.stateMachine, input: "{" }),
      "InvalidExecutionInput",
    ],
    [
      "a name with a slash",
      () => new StartExecutionCommand({ stateMachineArn: host.arns.stateMachine, name: "a/b" }),
      "InvalidName",
    ],
    [
      "a wrong page",
      () => new ListExecutionsCommand({ stateMachineArn: host.arns.stateMachine, nextToken: "x" }),
      "InvalidToken",
    ],
    [
      "an output that is not JSON",
      () => new SendTaskSuccessCommand({ taskToken: "x", output: "{" }),
      "InvalidOutput",
    ],
    [
      "an operation that is not there",
      () => new CreateActivityCommand({ name: "x" }),
      "NotImplementedException",
    ],
  ] as const)("refuses %s by name", async (_, command, name) => {
    // The union of commands is wider than any one overload of `send`.
    const sending = sfn.send(command() as StartExecutionCommand);
    await expect(sending).rejects.toMatchObject({ name });
  });

  test("an operation that is not there is named in a 501", async () => {
    const answer = await fetch(host.aws, {
      method: "POST",
      headers: {
        "x-amz-target": "AWSStepFunctions.StartSyncExecution",
        "content-type": "application/x-amz-json-1.0",
      },
      body: "{}",
    });
    expect([answer.status, await answer.json()]).toEqual([
      501,
      {
        __type: "NotImplementedException",
        message:
          "StepFunctions.StartSyncExecution is not implemented by the local stack; see docs/local-host.md",
      },
    ]);
  });

  test.each([
    [
      "another service",
      { "x-amz-target": "DynamoDB_20120810.ListTables" },
      501,
      "DynamoDB_20120810.ListTables",
    ],
    ["no target", {}, 501, "POST /"],
    ["a body that is not JSON", { "x-amz-target": "AWSStepFunctions.ListStateMachines" }, 400, "not JSON"],
  ])("a request for %s is refused with what was wrong", async (_, headers, status, text) => {
    const answer = await fetch(host.aws, { method: "POST", headers, body: "{" });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(text);
  });
});

describe("a failing state machine", () => {
  const machine = (state: object) => ({
    StartAt: "Task",
    States: { Task: { Type: "Task", Resource: "${CompleteExecution}", End: true, ...state } },
  });
  const run = async (definition: object, status: ExecutionStatus) => {
    const host = await startLocalHost({
      ...quiet,
      rules: {},
      workflow: (arns) => readWorkflow(JSON.stringify(definition), arns),
    });
    try {
      const sfn = clientOf(host);
      const { executionArn } = await start(sfn, host);
      return await ended(sfn, executionArn, status);
    } finally {
      await host.stop();
    }
  };

  test("a task that exceeds its limit fails with States.Timeout", async () => {
    functions.set("workflow/complete-execution", () => new Promise(() => undefined));
    const execution = await run(machine({ TimeoutSeconds: 1 }), "FAILED");
    expect(execution.error).toBe("States.Timeout");
  });

  test("a task that waits for its token ends at the limit that its input names", async () => {
    functions.set("workflow/await-callback", () => ({}));
    const waiting = {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
      Parameters: { FunctionName: "${AwaitCallback}", Payload: { "taskToken.$": "$$.Task.Token" } },
      TimeoutSecondsPath: "$.waitSeconds",
      End: true,
    };
    const States = { Set: { Type: "Pass", Result: { waitSeconds: 1 }, Next: "Task" }, Task: waiting };
    const execution = await run({ StartAt: "Set", States }, "FAILED");
    expect(execution.error).toBe("States.Timeout");
  });

  test("a machine that exceeds its limit is TIMED_OUT", async () => {
    functions.set("workflow/complete-execution", () => new Promise(() => undefined));
    await run({ ...machine({ TimeoutSeconds: 30 }), TimeoutSeconds: 1 }, "TIMED_OUT");
  });

  test("an output of more than 256 KiB fails the run, despite any Catch", async () => {
    functions.set("workflow/complete-execution", () => "x".repeat(262_144));
    const caught = { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Done" }] };
    const definition = machine({ TimeoutSeconds: 5, ...caught });
    const execution = await run(
      { ...definition, States: { ...definition.States, Done: { Type: "Succeed" } } },
      "FAILED",
    );
    expect(execution.error).toBe("States.DataLimitExceeded");
  });
});
