// The state machine's definition: the workflow file with its placeholders substituted.
import { readFileSync } from "node:fs";
import type { StateMachineDefinition } from "aws-local-stepfunctions";
import { WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";
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

/** Replaces every `${Placeholder}` with its function's ARN. Throws if a placeholder has no function. */
export function readWorkflow(file: string, arns: Arns): Workflow {
  const functions = new Map<string, string>(Object.entries(WORKFLOW_FUNCTIONS));
  const text = file.replaceAll(/\$\{([A-Za-z]+)\}/g, (_, placeholder: string) => {
    const name = functions.get(placeholder);
    if (name === undefined)
      throw new Error(`infra/execution.asl.json has an unknown placeholder: ${placeholder}`);
    return arns.function(name);
  });
  return { text, definition: JSON.parse(text), changedAt: new Date() };
}
