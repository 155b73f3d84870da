// The state machine's definition: the workflow file with its placeholders substituted.
import { readFileSync } from "node:fs";
import type { StateMachineDefinition } from "aws-local-stepfunctions";
import { WORKFLOW_FUNCTIONS, WORKFLOW_PARTITION } from "../../../shared/contract/workflow.ts";
import { isObject } from "../../../shared/domain/json.ts";
import type { Arns } from "../platform/arns.ts";

const FILE = new URL("../../execution.asl.json", import.meta.url);

export type Workflow = {
  /** The substituted text, which DescribeStateMachine returns. */
  text: string;
  definition: StateMachineDefinition;
  changedAt: Date;
};

export function readContractWorkflow(arns: Arns): Workflow {
  return readWorkflow(readFileSync(FILE, "utf8"), arns);
}

/** Replaces every `${Placeholder}` with its function's ARN, or the partition. Throws if a placeholder has no function. */
export function readWorkflow(file: string, arns: Arns): Workflow {
  const functions = new Map<string, string>(Object.entries(WORKFLOW_FUNCTIONS));
  const text = file.replaceAll(/\$\{([A-Za-z]+)\}/g, (_, placeholder: string) => {
    if (placeholder === WORKFLOW_PARTITION) return arns.partition;
    const name = functions.get(placeholder);
    if (name === undefined)
      throw new Error(`infra/execution.asl.json has an unknown placeholder: ${placeholder}`);
    return arns.function(name);
  });
  return { text, definition: adaptTimeouts(JSON.parse(text)), changedAt: new Date() };
}

const TIMEOUT = "timeoutSeconds";

/**
 * Step Functions reads `TimeoutSecondsPath` from the state's input, the interpreter from what `Parameters` make of it.
 * So the value becomes a parameter too, which no task reads.
 */
function adaptTimeouts(definition: StateMachineDefinition): StateMachineDefinition {
  const states = Object.entries(definition.States).map(([name, state]) => {
    if (state.Type !== "Task" || state.TimeoutSecondsPath === undefined || !isObject(state.Parameters))
      return [name, state] as const;
    const Parameters = { ...state.Parameters, [`${TIMEOUT}.$`]: state.TimeoutSecondsPath };
    return [name, { ...state, Parameters, TimeoutSecondsPath: `$.${TIMEOUT}` }] as const;
  });
  return { ...definition, States: Object.fromEntries(states) };
}
