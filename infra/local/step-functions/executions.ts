// Runs executions on the ASL interpreter, records their history, and sends an event to the default bus when one ends.
import { StateMachine } from "aws-local-stepfunctions";
import type { Publish } from "../eventbridge/event-bus.ts";
import type { Invoke } from "../lambda/lambda.ts";
import type { Arns } from "../platform/arns.ts";
import { type Log, toLogDetails } from "../platform/log.ts";
import { runInTransaction, type State } from "../platform/state.ts";
import type { Execution, ExecutionLog, ExecutionOutcome, ExecutionStatus } from "./execution-log.ts";
import { historyMapper, type LogEvent } from "./history.ts";
import { TaskContext, taskHandlers } from "./task-call.ts";
import type { TaskTokens } from "./task-tokens.ts";
import type { Workflow } from "./workflow-definition.ts";

type Parts = {
  state: State;
  executionLog: ExecutionLog;
  workflow: Workflow;
  invoke: Invoke;
  tokens: TaskTokens;
  publish: Publish;
  arns: Arns;
  log: Log;
};
export type Executions = ReturnType<typeof openExecutions>;

/** ARN of each running execution of this process → function that stops it. */
type Running = Map<string, () => void>;

export function openExecutions(parts: Parts) {
  const { state, executionLog, arns } = parts;
  const running: Running = new Map();
  const records = recordsOf(parts);
  const begin = interpreterOf(parts, running, records.end);
  return {
    find: (arn: string) => executionLog.find(arn),
    start(name: string, input: string): Execution {
      const execution = records.create(arns.execution(name), name, input);
      begin(execution);
      return execution;
    },
    /** Ends the execution immediately, like StopExecution. A task in progress finishes, but its result is ignored. */
    stop(arn: string, error: string | null, cause: string | null): void {
      const halt = running.get(arn);
      running.delete(arn);
      records.end(arn, { status: "ABORTED", output: null, error, cause });
      halt?.();
    },
    /** Restarts executions that were running when the last process ended: from the beginning, with the same name and input. */
    resume(): number {
      const left = executionLog.list("RUNNING", Number.MAX_SAFE_INTEGER, -1);
      for (const execution of left) {
        runInTransaction(state, () => records.open(execution));
        begin(execution);
      }
      return left.length;
    },
    /** Stops running executions without ending them. The next start resumes them. */
    suspend(): void {
      const halts = [...running.values()];
      running.clear();
      for (const halt of halts) halt();
    },
  };
}

/** Records the start and end of executions, and publishes their status. */
function recordsOf({ state, executionLog, arns, publish }: Parts) {
  const publishStatus = (execution: Execution) => publish("default", statusChange(execution, arns));
  const find = (arn: string): Execution => {
    const execution = executionLog.find(arn);
    if (execution === undefined) throw new Error(`No execution ${arn}`);
    return execution;
  };
  const open = (execution: Execution): void => {
    executionLog.forgetHistory(execution.arn);
    executionLog.record(execution.arn, [startEvent(execution, arns)]);
    publishStatus(execution);
  };
  return {
    open,
    create: (arn: string, name: string, input: string): Execution =>
      runInTransaction(state, () => {
        executionLog.open(arn, name, input);
        open(find(arn));
        return find(arn);
      }),
    end: (arn: string, outcome: ExecutionOutcome): void =>
      runInTransaction(state, () => {
        if (!executionLog.close(arn, outcome)) return;
        executionLog.record(arn, [endEvent(outcome)]);
        publishStatus(find(arn));
      }),
  };
}

type End = (arn: string, outcome: ExecutionOutcome) => void;

/** Starts executions on the ASL interpreter. Records their end when it appears in the event log. */
function interpreterOf(parts: Parts, running: Running, end: End): (execution: Execution) => void {
  const { workflow, arns } = parts;
  const stateMachine = loadStateMachine(workflow);
  return (execution) => {
    const { arn } = execution;
    const stopped = new AbortController();
    const context = new TaskContext(parts.tokens.issue);
    const handlers = taskHandlers(workflow.definition, parts, context, stopped.signal);
    const run = stateMachine.run(JSON.parse(execution.input), {
      overrides: { taskResourceLocalHandlers: handlers },
      context: { ...contextObject(execution, arns), Task: context },
    });
    running.set(arn, () => {
      stopped.abort();
      run.abort();
    });
    // The event log shows how it ended.
    run.result.catch(() => undefined);
    follow(run.eventLogs, arn, { parts, running, end })
      .catch((error: unknown) =>
        parts.log("ERROR", "An execution could not be recorded", { arn, ...toLogDetails(error) }),
      )
      .finally(() => running.delete(arn));
  };
}

/** A test validates the workflow file. Validating here would take half a second, to compile the validator's schemas. */
const loadStateMachine = ({ definition }: Workflow) =>
  new StateMachine(definition, { validationOptions: { noValidate: true } });

/** Returns the context object, `$$` in the workflow file. */
const contextObject = (execution: Execution, arns: Arns) => ({
  Execution: { Id: execution.arn, Name: execution.name, RoleArn: arns.stateMachineRole },
  StateMachine: { Id: arns.stateMachine, Name: arns.stateMachine.split(":").at(-1) },
});

async function follow(
  events: AsyncGenerator<LogEvent>,
  arn: string,
  { parts, running, end }: { parts: Parts; running: Running; end: End },
): Promise<void> {
  const map = historyMapper(parts.workflow.definition);
  for await (const event of events) {
    if (!running.has(arn)) return;
    parts.executionLog.record(arn, map(event));
    const outcome = toOutcome(event);
    if (outcome !== null) end(arn, outcome);
  }
}

function toOutcome(event: LogEvent): ExecutionOutcome | null {
  switch (event.type) {
    case "ExecutionSucceeded":
      return { status: "SUCCEEDED", output: JSON.stringify(event.output ?? null), error: null, cause: null };
    case "ExecutionFailed": {
      const cause = typeof event.Cause === "string" ? event.Cause : JSON.stringify(event.Cause ?? "");
      return { status: "FAILED", output: null, error: event.Error, cause };
    }
    case "ExecutionTimeout":
      return { status: "TIMED_OUT", output: null, error: null, cause: null };
    default:
      return null;
  }
}

function startEvent(execution: Execution, arns: Arns) {
  const details = {
    input: execution.input,
    inputDetails: { truncated: false },
    roleArn: arns.stateMachineRole,
  };
  return {
    type: "ExecutionStarted",
    timestamp: Date.now(),
    details: { executionStartedEventDetails: details },
  };
}

const END_EVENTS: Record<Exclude<ExecutionStatus, "RUNNING">, [type: string, details: string]> = {
  SUCCEEDED: ["ExecutionSucceeded", "executionSucceededEventDetails"],
  FAILED: ["ExecutionFailed", "executionFailedEventDetails"],
  TIMED_OUT: ["ExecutionTimedOut", "executionTimedOutEventDetails"],
  ABORTED: ["ExecutionAborted", "executionAbortedEventDetails"],
};

function endEvent(outcome: ExecutionOutcome) {
  const [type, key] = END_EVENTS[outcome.status];
  const details =
    outcome.status === "SUCCEEDED"
      ? { output: outcome.output, outputDetails: { truncated: false } }
      : { error: outcome.error ?? undefined, cause: outcome.cause ?? undefined };
  return { type, timestamp: Date.now(), details: { [key]: details } };
}

/** Returns the event in Step Functions' documented format. */
function statusChange(execution: Execution, arns: Arns) {
  const { output } = execution;
  return {
    source: "aws.states",
    "detail-type": "Step Functions Execution Status Change",
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: arns.stateMachine,
      name: execution.name,
      status: execution.status,
      startDate: execution.startedAt,
      stopDate: execution.stoppedAt,
      input: execution.input,
      output,
      inputDetails: { included: true },
      outputDetails: output === null ? null : { included: true },
      error: execution.error,
      cause: execution.cause,
    },
  };
}
