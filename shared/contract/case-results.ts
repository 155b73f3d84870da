// What a golden case renders to, and whether that is what it expects: in the review, and where an approval is refused.
import * as z from "zod";
import { SentRequest } from "../domain/executions/execution.ts";

const excerpt = z.string().nullable();

const CaseDifference = z
  .strictObject({
    pointer: z.string().describe("JSON Pointer of the expectation in the definition."),
    expected: excerpt.describe("What is expected, around the first difference; null: nothing."),
    got: excerpt.describe("What was rendered there, or why nothing was; null: nothing."),
  })
  .describe("Where a request is not what a case expects.");

export const CaseResult = z
  .strictObject({
    name: z.string().describe("Name of the case."),
    request: SentRequest.nullable().describe("The rendered request; null: it could not be rendered."),
    matches: z.boolean().describe("Whether the request is what the case expects."),
    differences: z.array(CaseDifference).describe("Up to 10 differences. Empty: it matches."),
  })
  .describe("A golden case, rendered.");
export type CaseResult = z.infer<typeof CaseResult>;
