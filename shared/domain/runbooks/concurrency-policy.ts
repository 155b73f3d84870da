// How many executions of a runbook may run at the same time.
import * as z from "zod";

export const Concurrency = z
  .strictObject({
    limit: z.int().min(1).max(100).describe("Maximum number of concurrent executions."),
    key: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe(
        "Name of a parameter. The limit then applies to each of its values. Default: to the whole runbook.",
      ),
    onLimit: z
      .enum(["reject", "queue"])
      .default("reject")
      .describe("`reject` refuses one more with 409. `queue` lets up to 100 executions wait in order."),
  })
  .describe("Limit on concurrent executions of the runbook.");
export type Concurrency = z.infer<typeof Concurrency>;
