// ARNs of the state machine and its executions, and an execution's page in the AWS console. Needs no SDK.
import { readEnvironment } from "../contract/env.ts";

/** By which runs start: of the state machine, or of its alias. */
export const startArn = () => readEnvironment(["STATE_MACHINE_ARN"], process.env).STATE_MACHINE_ARN;

/** `arn:…:stateMachine:name:alias` → `arn:…:stateMachine:name` */
export const stateMachineArn = () => startArn().replace(/(:stateMachine:[^:]+):.*$/, "$1");

/** `arn:…:stateMachine:name` → `arn:…:execution:name:id`: the id is the name, so the ARN needs no look-up. */
export function executionArn(executionId: string): string {
  return `${stateMachineArn().replace(":stateMachine:", ":execution:")}:${executionId}`;
}

/** The run in the AWS console; null where there is none. */
export function consoleUrl(executionId: string): string | null {
  const { CONSOLE_URL } = readEnvironment(["CONSOLE_URL"], process.env);
  if (CONSOLE_URL === "") return null;
  const arn = executionArn(executionId);
  const region = arn.split(":")[3] ?? "";
  return `${CONSOLE_URL}/states/home?region=${region}#/v2/executions/details/${encodeURIComponent(arn)}`;
}
