// The words of a risk: its levels, and each code of a reason with its level. Read by assessment, API and documents.
import * as z from "zod";

/** From the lowest to the highest. */
export const RISK_LEVELS = ["low", "medium", "high"] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

/** Every code of a reason. `means` is a row of docs/approval.md. */
export const RISK_REASONS = {
  words_changed: {
    level: "low",
    means: "what people read or search by: name, description, and the annotations of parameters",
  },
  cases_changed: { level: "low", means: "the golden cases: they are checked, and never sent" },
  parameters_narrowed: { level: "low", means: "the parameters accept no value that they refused before" },
  parameters_loosened: {
    level: "medium",
    means: "the parameters accept what they refused before, or have other values by default",
  },
  request_changed: { level: "medium", means: "method, query, headers or body of the request" },
  limits_changed: { level: "medium", means: "timeouts, attempts and waits, or the concurrency limit" },
  success_changed: { level: "medium", means: "which answers count as success" },
  destination_changed: { level: "high", means: "scheme, host, port or path of the URL" },
  authentication_changed: {
    level: "high",
    means: "how the request proves who sends it: type, user name, token endpoint, scopes, signature",
  },
  secret_changed: { level: "high", means: "a secret was added, removed, or has another value or reference" },
  parameter_exposed: { level: "high", means: "a parameter that was secret is stored and shown in clear" },
  repetition_changed: {
    level: "high",
    means: "whether a request may be sent again though the receiver may have acted (`safeToRepeat`)",
  },
  completion_changed: { level: "high", means: "what completes an execution: the answer, or a callback" },
  service_changed: { level: "high", means: "what an edit does to the live version (`whileDraft`)" },
  automations_armed: {
    level: "high",
    means:
      "automations start what changed, if a reason of at least `medium` is there: nobody looks before a run",
  },
  all_new: { level: "high", means: "no version was approved before, so all of it is new" },
} as const satisfies Record<string, { level: RiskLevel; means: string }>;
export type RiskCode = keyof typeof RISK_REASONS;

const RISK_CODES = Object.keys(RISK_REASONS) as [RiskCode, ...RiskCode[]];

export const RiskReason = z
  .strictObject({
    pointer: z
      .string()
      .describe("JSON Pointer of what changed, in the definition. Empty: the definition as a whole."),
    code: z.enum(RISK_CODES).describe("Stable code of the reason. It decides the level."),
    level: z.enum(RISK_LEVELS).describe("Level of this reason alone."),
    message: z.string().describe("What changed and why it matters, for people. It holds no secret."),
  })
  .describe("One thing that a change can do, with its level.");
export type RiskReason = z.infer<typeof RiskReason>;

export const Risk = z
  .strictObject({
    level: z.enum(RISK_LEVELS).describe("The highest level of a reason. `low` if there is none."),
    reasons: z.array(RiskReason).describe("Each reason, the highest level first. Empty: nothing changed."),
  })
  .describe("How much a change can do, from what changed.");
export type Risk = z.infer<typeof Risk>;

/** Returns a reason with the level of its code. */
export function toReason(code: RiskCode, pointer: string, message: string): RiskReason {
  return { pointer, code, level: RISK_REASONS[code].level, message };
}
