// The deployed state machine is the unchanged workflow file, and may call exactly its substituted functions.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import { expect, it } from "vitest";
import { WORKFLOW_FUNCTIONS, WORKFLOW_PARTITION } from "../../../shared/contract/workflow.ts";
import { buildStack, Facts, list, target } from "../../support/template.ts";

const facts = new Facts();
const machine = facts.only("AWS::StepFunctions::StateMachine");
const functionIds = Object.values(WORKFLOW_FUNCTIONS).map((name) => facts.function(name).id);

it("is the workflow file, byte for byte", () => {
  const app = buildStack().node.root as App;
  const { S3Key, Key } = machine["DefinitionS3Location"] as { S3Key?: string; Key?: string };
  const asset = join(app.synth().directory, `asset.${Key ?? S3Key}`);
  const file = new URL("../../../infra/execution.asl.json", import.meta.url);
  expect(readFileSync(asset, "utf8")).toBe(readFileSync(file, "utf8"));
});

it("has each substitution filled with its function, or the partition", () => {
  const { [WORKFLOW_PARTITION]: partition, ...filled } = machine["DefinitionSubstitutions"] as Record<
    string,
    unknown
  >;
  expect(partition).toEqual({ Ref: "AWS::Partition" });
  expect(Object.fromEntries(Object.entries(filled).map(([hole, arn]) => [hole, target(arn)]))).toEqual(
    Object.fromEntries(
      Object.entries(WORKFLOW_FUNCTIONS).map(([hole, name]) => [hole, facts.function(name).id]),
    ),
  );
});

it("lets a delivery wait for its turn for half an hour, where Lambda has no room", () => {
  const text = readFileSync(new URL("../../../infra/execution.asl.json", import.meta.url), "utf8");
  const { States } = JSON.parse(text) as { States: Record<string, { Retry?: Retrier[] }> };
  const retriers = Object.values(States).flatMap(({ Retry = [] }) => Retry);
  const ofThrottles = retriers.filter(({ ErrorEquals }) =>
    ErrorEquals.includes("Lambda.TooManyRequestsException"),
  );
  expect(ofThrottles).toHaveLength(1);
  for (const retrier of ofThrottles) expect(longestWait(retrier)).toBeGreaterThan(1800);
});

type Retrier = {
  ErrorEquals: string[];
  IntervalSeconds: number;
  BackoffRate: number;
  MaxAttempts: number;
  MaxDelaySeconds: number;
};

/** Seconds. With full jitter it is half of that on average. */
function longestWait({ IntervalSeconds, BackoffRate, MaxAttempts, MaxDelaySeconds }: Retrier): number {
  const waits = Array.from({ length: MaxAttempts }, (_, n) => IntervalSeconds * BackoffRate ** n);
  return waits.reduce((sum, seconds) => sum + Math.min(seconds, MaxDelaySeconds), 0);
}

it("may call the functions of its substitutions, and no others", () => {
  const calls = facts
    .statements(target(machine["RoleArn"]))
    .filter(({ Action }) => list(Action).some((action) => action.startsWith("lambda:")));
  expect(calls.flatMap(({ Action }) => list(Action))).toEqual(["lambda:InvokeFunction"]);
  expect(
    calls
      .flatMap(({ Resource }) => list(Resource))
      .map(target)
      .sort(),
  ).toEqual(functionIds.sort());
});

it("is a Standard one, and logs its path without inputs and outputs", () => {
  expect(machine).toMatchObject({
    StateMachineType: "STANDARD",
    StateMachineName: "runbooks-execution",
    LoggingConfiguration: { IncludeExecutionData: false },
  });
});
