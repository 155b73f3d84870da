// What completes an execution: the answer of the receiver, or its callback.
import * as z from "zod";

export const CompletionPolicy = z
  .strictObject({
    mode: z
      .enum(["response", "callback"])
      .describe(
        "`response`: a successful answer completes the execution. `callback`: it only accepts the work, and the receiver reports the result later.",
      ),
    timeoutSeconds: z
      .int()
      .min(30)
      .max(86_400)
      .default(3600)
      .describe("Time allowed for the callback after the successful answer, in seconds."),
  })
  .describe("What completes an execution.");
export type CompletionPolicy = z.infer<typeof CompletionPolicy>;
