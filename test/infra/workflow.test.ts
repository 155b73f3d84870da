// The workflow file alone: valid, complete, within what both engines do, and with nothing but ids and outcomes.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import * as contract from "../../shared/contract/workflow.ts";
import { newId } from "../support/seed.ts";

type Rule = { ErrorEquals: string[]; Next?: string; MaxAttempts?: number };
type State = {
  Type: string;
  Next?: string;
  End?: boolean;
  Resource?: string;
  Parameters?: { FunctionName: string; Payload: Record<string, string> };
  TimeoutSeconds?: number;
  TimeoutSecondsPath?: string;
  Retry?: Rule[];
  Catch?: Rule[];
  Choices?: { Variable: string; StringEquals: string; Next: string }[];
  Default?: string;
  SecondsPath?: string;
};
type Machine = { StartAt: string; TimeoutSeconds: number; States: Record<string, State> };
type Validate = (
  definition: unknown,
  options: { checkArn: boolean; checkPaths: boolean },
) => { isValid: boolean; errorsText: (separator: string) => string };

const validate = createRequire(import.meta.url)("asl-validator") as Validate;
const { TIME_LIMITS, WORKFLOW_FUNCTIONS, WORKFLOW_PARTITION } = contract;
const text = readFileSync(new URL("../../infra/execution.asl.json", import.meta.url), "utf8");
const filled = (hole: string) => `arn:aws:lambda:eu-west-1:111122223333:function:${hole}`;
const machine = JSON.parse(text) as Machine;
const states = Object.entries(machine.States);
const tasks = states.filter(([, { Type }]) => Type === "Task");
/** Tasks that continue when their token is answered; all others continue with the output of their function. */
const waiting = tasks.filter(([, { Resource }]) => Resource?.endsWith(":lambda:invoke.waitForTaskToken"));
const taskOf = (hole: contract.WorkflowSubstitution) =>
  tasks.find(([, { Resource, Parameters }]) =>
    [Resource, Parameters?.FunctionName].includes(`\${${hole}}`),
  )?.[1];

describe("the workflow file", () => {
  it("is valid Amazon States Language", () => {
    const definition: unknown = JSON.parse(
      text.replace(/\$\{(\w+)\}/g, (_all, hole: string) =>
        hole === WORKFLOW_PARTITION ? "aws-cn" : filled(hole),
      ),
    );
    const { isValid, errorsText } = validate(definition, { checkArn: true, checkPaths: true });
    expect(isValid, errorsText("\n")).toBe(true);
  });

  it("has exactly the substitutions of the contract, one in each task", () => {
    const holes = [...text.matchAll(/\$\{(\w+)\}/g)]
      .map(([, hole]) => hole)
      .filter((hole) => hole !== WORKFLOW_PARTITION);
    expect([...new Set(holes)].sort()).toEqual(Object.keys(WORKFLOW_FUNCTIONS).sort());
    expect(tasks).toHaveLength(holes.length);
  });

  it("names no partition of AWS itself", () => {
    expect(text).not.toMatch(/arn:aws/);
  });

  it("enters three states for a success", () => {
    expect(machine.StartAt).toBe("Deliver the webhook");
    const first = machine.States["Deliver the webhook"];
    expect(first?.Next).toBe("Is another attempt due?");
    const branch = machine.States[String(first?.Next)]?.Choices?.find(
      ({ StringEquals }) => StringEquals === "succeed",
    );
    expect(branch?.Next).toBe("Record the success");
    expect(machine.States["Record the success"]?.End).toBe(true);
  });

  it("reaches every state from the start, and an end from every state", () => {
    expect([...reachable(machine.StartAt)].sort()).toEqual(states.map(([name]) => name).sort());
    for (const [name] of states) {
      const ends = [...reachable(name)].filter((next) => {
        const { Type = "", End = false } = machine.States[next] ?? {};
        return End || /^(Succeed|Fail)$/.test(Type);
      });
      expect(ends.length, name).toBeGreaterThan(0);
    }
  });

  it("names its states as sentences", () => {
    for (const [name] of states) expect(name).toMatch(/^[A-Z][a-z]+( [a-z]+)+\??$/);
  });
});

describe.each(tasks)("the task %s", (_name, task) => {
  it("has a limit of time, and repeats and catches every failure", () => {
    expect(task.TimeoutSeconds ?? task.TimeoutSecondsPath).toBeDefined();
    expect(task.Retry?.at(-1)?.ErrorEquals).toEqual(["States.ALL"]);
    expect(task.Catch?.at(-1)?.ErrorEquals).toEqual(["States.ALL"]);
  });

  it("keeps the run's id when it fails", () => {
    expect(task.Catch).toEqual([expect.objectContaining({ ResultPath: "$.failure" })]);
  });
});

describe("its limits of time", () => {
  it("are those of the contract", () => {
    expect(machine.TimeoutSeconds).toBe(TIME_LIMITS.stateMachine);
    expect(taskOf("DeliverWebhook")?.TimeoutSeconds).toBe(TIME_LIMITS.deliverTask);
    expect(taskOf("CompleteExecution")?.TimeoutSeconds).toBe(TIME_LIMITS.shortTask);
    expect(taskOf("AwaitCallback")?.TimeoutSecondsPath).toBe("$.waitSeconds");
    const longest = { executionId: newId("execution"), next: "await", attempt: 1 };
    const parse = (waitSeconds: number) =>
      contract.DeliverResult.safeParse({ ...longest, waitSeconds }).success;
    expect([TIME_LIMITS.awaitTask, TIME_LIMITS.awaitTask + 1].map(parse)).toEqual([true, false]);
  });

  it("grow from the inside out", () => {
    const { attempt, deliverLambda, deliverTask, shortLambda, shortTask } = TIME_LIMITS;
    expect(attempt).toBeLessThan(deliverLambda);
    expect(deliverLambda).toBeLessThan(deliverTask);
    expect(shortLambda).toBeLessThan(shortTask);
    expect(deliverTask).toBeLessThan(TIME_LIMITS.delivery);
    expect(TIME_LIMITS.delivery + TIME_LIMITS.awaitTask).toBeLessThanOrEqual(machine.TimeoutSeconds);
  });
});

describe("the data between its states", () => {
  it("is addressed by JSONPath alone, within what both engines resolve", () => {
    const beyond = ["QueryLanguage", "Arguments", "Output", "Assign", "ItemsPath", "Condition"];
    const used = keysOf(machine);
    expect(beyond.filter((field) => used.has(field))).toEqual([]);
    const context = [...text.matchAll(/\$\$[\w.]*/g)].map(([path]) => path);
    expect(context).toEqual(waiting.map(() => "$$.Task.Token"));
    expect(text).not.toMatch(/States\.(?!ALL|Timeout)/);
  });

  it("is the unchanged output of the functions: nothing is added or selected on the way", () => {
    const used = keysOf(machine);
    expect(["ResultSelector", "InputPath", "OutputPath"].filter((field) => used.has(field))).toEqual([]);
    const picked = tasks.filter(([, { Parameters }]) => Parameters).map(([name]) => name);
    expect(picked).toEqual(waiting.map(([name]) => name));
  });

  it("adds the token, and only that, where an answer from outside is waited for", () => {
    for (const [name, { Parameters }] of waiting) {
      const expected = { "executionId.$": "$.executionId", "taskToken.$": "$$.Task.Token" };
      expect(Parameters?.Payload, name).toEqual(expected);
    }
  });

  it("is ids and outcomes", () => {
    const { StateMachineInput: RunInput, DeliverResult, CompleteResult } = contract;
    const fields = [RunInput, DeliverResult, CompleteResult].flatMap(({ shape }) => Object.keys(shape));
    expect([...new Set(fields)].sort()).toEqual([
      "attempt",
      "error",
      "executionId",
      "next",
      "refusal",
      "status",
      "waitSeconds",
      "waitingSince",
    ]);
    const paths = [...text.matchAll(/"\$\.(\w+)"/g)].map(([, field]) => String(field));
    expect(paths.filter((field) => ![...fields, "failure"].includes(field))).toEqual([]);
  });
});

function reachable(from: string, seen = new Set<string>()): Set<string> {
  const state = machine.States[from];
  if (!state || seen.has(from)) return seen;
  seen.add(from);
  const { Next, Default, Choices = [], Catch = [] } = state;
  for (const next of [Next, Default, ...[...Choices, ...Catch].map((branch) => branch.Next)]) {
    if (next) reachable(next, seen);
  }
  return seen;
}

/** Every field name of the file, but the names of states. */
function keysOf(value: unknown): Set<string> {
  if (typeof value !== "object" || value === null) return new Set();
  return new Set(Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]));
}
