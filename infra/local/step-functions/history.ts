// Converts the interpreter's event log into history events of Step Functions.
import type { StateMachine, StateMachineDefinition } from "aws-local-stepfunctions";
import type { HistoryEvent } from "./execution-log.ts";

type LogEvents = ReturnType<StateMachine["run"]>["eventLogs"];
export type LogEvent = LogEvents extends AsyncGenerator<infer E> ? E : never;
type StateEvent = Extract<LogEvent, { state: unknown }>;
type TaskDefinition = Extract<StateMachineDefinition["States"][string], { Type: "Task" }>;

const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value ?? null));
const whole = { truncated: false };

/** One mapper per execution. It tracks whether the last failure of a state was caught. */
export function historyMapper(definition: StateMachineDefinition) {
  let caught = false;
  return (event: LogEvent): HistoryEvent[] => {
    if (!("state" in event)) return [];
    const events = toStateEvents(event, definition, caught);
    caught = event.type === "StateCaught";
    return events;
  };
}

function toStateEvents(
  event: StateEvent,
  definition: StateMachineDefinition,
  caught: boolean,
): HistoryEvent[] {
  const { name, type } = event.state;
  const task = findTask(name, definition);
  const at = (kind: string, details: Record<string, unknown>): HistoryEvent => ({
    type: kind,
    timestamp: event.timestamp,
    details,
  });
  const input = text(event.state.input);
  switch (event.type) {
    case "StateEntered": {
      const entered = at(`${type}StateEntered`, {
        stateEnteredEventDetails: { name, input, inputDetails: whole },
      });
      return [
        entered,
        ...(task ? toScheduledEvents(task, input).map(([kind, details]) => at(kind, details)) : []),
      ];
    }
    case "StateRetried":
      return task ? toScheduledEvents(task, input).map(([kind, details]) => at(kind, details)) : [];
    case "StateFailed":
      return task ? [at(...toFailedEvent(task, event.Error, text(event.Cause)))] : [];
    case "StateExited": {
      const output = text(event.state.output);
      const exited = at(`${type}StateExited`, {
        stateExitedEventDetails: { name, output, outputDetails: whole },
      });
      return task && !caught ? [at(...toSucceededEvent(task, output)), exited] : [exited];
    }
    case "StateCaught":
      return [];
  }
}

function findTask(name: string, definition: StateMachineDefinition): TaskDefinition | undefined {
  const state = definition.States[name];
  return state?.Type === "Task" ? state : undefined;
}

type EventPart = [type: string, details: Record<string, unknown>];

/** A function's ARN yields Lambda events; a service integration (`arn:aws:states:::lambda:invoke…`) yields task events. */
function integration(task: TaskDefinition): { resourceType: string; resource: string } | undefined {
  const [, , service, , , resourceType, resource] = task.Resource.split(":");
  if (service !== "states" || resourceType === undefined || resource === undefined) return undefined;
  return { resourceType, resource };
}

function toScheduledEvents(task: TaskDefinition, input: string): EventPart[] {
  const limit = task.TimeoutSeconds === undefined ? {} : { timeoutInSeconds: task.TimeoutSeconds };
  const called = integration(task);
  if (called === undefined) {
    const details = { resource: task.Resource, input, inputDetails: whole, ...limit };
    return [
      ["LambdaFunctionScheduled", { lambdaFunctionScheduledEventDetails: details }],
      ["LambdaFunctionStarted", {}],
    ];
  }
  const region = process.env["AWS_REGION"] ?? "";
  return [
    ["TaskScheduled", { taskScheduledEventDetails: { ...called, region, parameters: input, ...limit } }],
    ["TaskStarted", { taskStartedEventDetails: called }],
  ];
}

function toSucceededEvent(task: TaskDefinition, output: string): EventPart {
  const called = integration(task);
  const answered = { output, outputDetails: whole };
  return called === undefined
    ? ["LambdaFunctionSucceeded", { lambdaFunctionSucceededEventDetails: answered }]
    : ["TaskSucceeded", { taskSucceededEventDetails: { ...called, ...answered } }];
}

function toFailedEvent(task: TaskDefinition, error: string, cause: string): EventPart {
  const called = integration(task);
  const timedOut = error === "States.Timeout";
  if (called === undefined) {
    const kind = timedOut ? "TimedOut" : "Failed";
    return [`LambdaFunction${kind}`, { [`lambdaFunction${kind}EventDetails`]: { error, cause } }];
  }
  const kind = timedOut ? "TimedOut" : "Failed";
  return [`Task${kind}`, { [`task${kind}EventDetails`]: { ...called, error, cause } }];
}
