// Carries out executions on the ASL interpreter, records what happens, and tells the default bus when one ends.
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

export function openExecutions(parts: Parts) {
  const { state, executionLog, workflow, arns } = parts;
  // The workflow file is validated by its test: the validator compiles its schemas anew each time, for half a second.
  const stateMachine = new StateMachine(workflow.definition, { validationOptions: { noValidate: true } });
  const running = new Map<string, () => void>();

  const publishStatus = (execution: Execution) => parts.publish("default", statusChange(execution, arns));
  const find = (arn: string): Execution => {
    const execution = executionLog.find(arn);
    if (execution === undefined) throw new Error(`No execution ${arn}`);
    return execution;
  };
  const end = (arn: string, outcome: ExecutionOutcome) =>
    runInTransaction(state, () => {
      if (!executionLog.close(arn, outcome)) return;
      executionLog.record(arn, [endEvent(outcome)]);
      publishStatus(find(arn));
    });
  const begin = (execution: Execution) => {
    const { arn } = execution;
    const stopped = new AbortController();
    const context = new TaskContext(parts.tokens.issue);
    const run = stateMachine.run(JSON.parse(execution.input), {
      overrides: {
        taskResourceLocalHandlers: taskHandlers(workflow.definition, parts, context, stopped.signal),
      },
      context: {
        Execution: { Id: arn, Name: execution.name, RoleArn: arns.stateMachineRole },
        StateMachine: { Id: arns.stateMachine, Name: arns.stateMachine.split(":").at(-1) },
        Task: context,
      },
    });
    running.set(arn, () => {
      stopped.abort();
      run.abort();
    });
    // How it ended is read from its event log.
    run.result.catch(() => undefined);
    follow(run.eventLogs, execution)
      .catch((error: unknown) =>
        parts.log("ERROR", "An execution could not be recorded", { arn, ...toLogDetails(error) }),
      )
      .finally(() => running.delete(arn));
  };
  const follow = async (events: AsyncGenerator<LogEvent>, { arn }: Execution) => {
    const map = historyMapper(workflow.definition);
    for await (const event of events) {
      if (!running.has(arn)) return;
      executionLog.record(arn, map(event));
      const outcome = toOutcome(event);
      if (outcome !== null) end(arn, outcome);
    }
  };
  const open = (execution: Execution) => {
    executionLog.forgetHistory(execution.arn);
    executionLog.record(execution.arn, [startEvent(execution, arns)]);
    publishStatus(execution);
  };

  return {
    find: (arn: string) => executionLog.find(arn),
    start(name: string, input: string): Execution {
      const arn = arns.execution(name);
      runInTransaction(state, () => {
        executionLog.open(arn, name, input);
        open(find(arn));
      });
      const execution = find(arn);
      begin(execution);
      return execution;
    },
    /** Ends it at once, like the console's stop; a task that is under way ends by itself, unheard. */
    stop(arn: string, error: string | null, cause: string | null): void {
      const halt = running.get(arn);
      running.delete(arn);
      end(arn, { status: "ABORTED", output: null, error, cause });
      halt?.();
    },
    /** What was running when the last host died runs again from its start, under the same name and input. */
    resume(): number {
      const left = executionLog.list("RUNNING", Number.MAX_SAFE_INTEGER, -1);
      for (const execution of left) {
        runInTransaction(state, () => open(execution));
        begin(execution);
      }
      return left.length;
    },
    /** Leaves running executions as they are, for the next host to resume. */
    suspend(): void {
      const halts = [...running.values()];
      running.clear();
      for (const halt of halts) halt();
    },
  };
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

/** The event as Step Functions documents it. */
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
