// taskHandler(name, in, out, fn): a state of the workflow as a Lambda handler. Parses input and output, and writes one
// log line.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import type * as z from "zod";
import type { TaskContext } from "../domain/context.ts";
import { traceIdOf } from "../domain/executions/trace.ts";
import { newId } from "../http/new-id.ts";
import { logger, toLogFields } from "../logging/logger.ts";

/** Step Functions sees the error's name and a fixed message. The log has the details. */
class TaskFailed extends Error {
  constructor(name: string, cause: unknown) {
    super(`${name} failed; its log says why`, { cause });
    this.name = "TaskFailed";
  }
}

export function taskHandler<I extends { executionId: string }, O>(
  name: string,
  input: z.ZodType<I>,
  output: z.ZodType<O>,
  fn: (input: I, context: TaskContext) => Promise<O>,
) {
  return middy<unknown, O, Error, Context>()
    .use(injectLambdaContext(logger))
    .handler(async (event) => {
      const started = Date.now();
      const parsed = input.safeParse(event);
      const executionId = parsed.data?.executionId ?? null;
      const about = { task: name, executionId, traceId: executionId && traceIdOf(executionId) };
      try {
        if (!parsed.success) throw parsed.error;
        const result = output.parse(await fn(parsed.data, { now: new Date(started), newId }));
        logger.info("done", { ...about, durationMs: Date.now() - started, result });
        return result;
      } catch (error) {
        logger.error("failed", {
          ...about,
          durationMs: Date.now() - started,
          failure: toLogFields(error),
        });
        throw new TaskFailed(name, error);
      }
    });
}
