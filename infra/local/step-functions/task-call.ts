// Runs Task states: invokes the function, directly or through `lambda:invoke`, or waits for its task token.
import type { StateMachineDefinition } from "aws-local-stepfunctions";
import * as z from "zod";
import { type Invoke, toFailure } from "../lambda/lambda.ts";
import { functionSeconds } from "../lambda/time-limits.ts";
import { TaskFailure } from "./task-failure.ts";
import type { TaskTokens } from "./task-tokens.ts";

/** Maximum bytes of a state's input or output. */
export const MAX_PAYLOAD_BYTES = 262_144;
const INVOKE = "arn:aws:states:::lambda:invoke";
const InvokeParameters = z.object({ FunctionName: z.string(), Payload: z.json().default({}) });
const Heartbeat = z.object({ HeartbeatSeconds: z.int().min(1).optional() });

type Json = z.infer<ReturnType<typeof z.json>>;
type TaskHandler = (input: Json) => Promise<Json>;
type Parts = { invoke: Invoke; tokens: TaskTokens };

/** Provides `$$.Task.Token`: one token per entered task. */
export class TaskContext {
  readonly #issue: () => string;
  #token: string | undefined;

  constructor(issue: () => string) {
    this.#issue = issue;
    // The interpreter's JSONPath sees only own, enumerable properties.
    Object.defineProperty(this, "Token", { enumerable: true, get: () => this.current() });
  }

  current(): string {
    this.#token ??= this.#issue();
    return this.#token;
  }

  take(): string {
    const token = this.current();
    this.#token = undefined;
    return token;
  }
}

/** Returns a handler for each Task state, by the state's name. After `signal` aborts, handlers invoke no function. */
export function taskHandlers(
  definition: StateMachineDefinition,
  parts: Parts,
  context: TaskContext,
  signal: AbortSignal,
): Record<string, TaskHandler> {
  const handlers: Record<string, TaskHandler> = {};
  for (const [name, state] of Object.entries(definition.States)) {
    if (state.Type !== "Task") continue;
    const heartbeat = Heartbeat.parse(state).HeartbeatSeconds;
    handlers[name] = async (input) => {
      if (signal.aborted) throw new TaskFailure("States.Aborted", "The execution has been stopped", true);
      return requireBounded(await runTask(state.Resource, input, parts, context, heartbeat, signal));
    };
  }
  return handlers;
}

async function runTask(
  resource: string,
  input: Json,
  parts: Parts,
  context: TaskContext,
  heartbeat: number | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  if (!resource.startsWith(INVOKE)) return invokeFunction(resource, input, parts.invoke);
  const { FunctionName, Payload } = InvokeParameters.parse(input);
  if (resource === INVOKE) {
    const answer = await invokeFunction(FunctionName, Payload, parts.invoke);
    return { ExecutedVersion: "$LATEST", Payload: answer, StatusCode: 200 };
  }
  const token = context.take();
  signal.addEventListener("abort", () => parts.tokens.revoke(token), { once: true });
  return parts.tokens.wait(token, heartbeat, () => invokeFunction(FunctionName, Payload, parts.invoke));
}

async function invokeFunction(arn: string, input: unknown, invoke: Invoke): Promise<unknown> {
  const name = arn.slice(arn.lastIndexOf(":") + 1);
  try {
    return await invoke(`workflow/${name}`, input, { timeoutSeconds: functionSeconds(name) });
  } catch (error) {
    const failure = toFailure(error);
    throw new TaskFailure(failure.errorType, JSON.stringify(failure));
  }
}

function requireBounded(output: unknown): Json {
  const text = JSON.stringify(output ?? null);
  if (Buffer.byteLength(text) <= MAX_PAYLOAD_BYTES) return JSON.parse(text);
  const limit = `The state's output is larger than ${MAX_PAYLOAD_BYTES} bytes`;
  throw new TaskFailure("States.DataLimitExceeded", limit, true);
}
