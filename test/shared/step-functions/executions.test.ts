// What each answer of Step Functions means: which are good news, which say that there is nothing, and which are errors.
import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SFNServiceException,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { afterEach, describe, expect, it } from "vitest";
import {
  describeStateMachineExecution,
  sendTaskSuccess,
  startStateMachineExecution,
  stopStateMachineExecution,
} from "../../../shared/step-functions/executions.ts";
import { aroundSdkCalls, type SdkCall } from "../../support/sdk-calls.ts";
import { newId } from "../../support/seed.ts";

const MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:runbooks-execution";
Object.assign(process.env, { AWS_REGION: "eu-central-1", STATE_MACHINE_ARN: MACHINE });

type Failure = new (said: { message: string; $metadata: object }) => Error;
const asked: SdkCall[] = [];
let stop = () => {};
afterEach(() => {
  stop();
  asked.length = 0;
});

/** Answers every request with this. */
function answering(answer: () => object): void {
  stop = aroundSdkCalls(async (call) => {
    asked.push(call);
    return answer();
  });
}
/** Fails every request with this. */
const failing = (Failed: Failure) =>
  answering(() => {
    throw new Failed({ message: "as the test says", $metadata: {} });
  });
class Denied extends SFNServiceException {
  constructor() {
    super({ name: "AccessDeniedException", $fault: "client", message: "no", $metadata: {} });
  }
}

const id = newId("execution");
const executionArn = `${MACHINE.replace("stateMachine", "execution")}:${id}`;
const ACTIONS: Record<string, () => Promise<unknown>> = {
  start: () => startStateMachineExecution(id),
  "look at": () => describeStateMachineExecution(id),
  stop: () => stopStateMachineExecution(id, "Somebody asked for it"),
  "end the wait of": () => sendTaskSuccess("token", { executionId: id }),
};

describe("a state machine", () => {
  it("is started under the id of its execution, and one that is there already is started", async () => {
    failing(ExecutionAlreadyExists);
    await expect(startStateMachineExecution(id)).resolves.toBeUndefined();
    const input = { stateMachineArn: MACHINE, name: id, input: JSON.stringify({ executionId: id }) };
    expect(asked).toMatchObject([{ name: "StartExecution", input }]);
  });

  it.each([
    ["RUNNING", "RUNNING"],
    ["SUCCEEDED", "SUCCEEDED"],
    ["FAILED", "FAILED"],
    ["TIMED_OUT", "TIMED_OUT"],
    ["ABORTED", "ABORTED"],
    ["PENDING_REDRIVE", "FAILED"],
  ])("that is %s counts as %s", async (status, counts) => {
    answering(() => ({ status }));
    expect(await describeStateMachineExecution(id)).toBe(counts);
    expect(asked).toMatchObject([{ name: "DescribeExecution", input: { executionArn } }]);
  });

  it("that is not there is missing, and is stopped", async () => {
    failing(ExecutionDoesNotExist);
    expect(await describeStateMachineExecution(id)).toBe("missing");
    await expect(stopStateMachineExecution(id, "Somebody asked for it")).resolves.toBeUndefined();
    const input = { executionArn, error: "cancelled", cause: "Somebody asked for it" };
    expect(asked[1]).toMatchObject({ name: "StopExecution", input });
  });

  it.each([TaskTimedOut, TaskDoesNotExist, InvalidToken])("that waits no more says so: %o", async (over) => {
    failing(over);
    expect(await sendTaskSuccess("token", { executionId: id })).toBe(false);
  });

  it("that waits continues with the id of its execution", async () => {
    answering(() => ({}));
    expect(await sendTaskSuccess("token", { executionId: id })).toBe(true);
    const input = { taskToken: "token", output: JSON.stringify({ executionId: id }) };
    expect(asked).toMatchObject([{ name: "SendTaskSuccess", input }]);
  });

  it.each(Object.entries(ACTIONS))("that we may not %s is an error", async (_, act) => {
    failing(Denied);
    await expect(act()).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});
