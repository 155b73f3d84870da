// What may be saved and will surprise: found when a definition is saved, and kept in its version. Pure.
import * as z from "zod";
import { AutomationId } from "../ids.ts";
import type { DefinitionRecord } from "./definition.ts";

export const MAX_WARNING_CHARACTERS = 500;

export const Warning = z
  .strictObject({
    pointer: z.string().describe("JSON Pointer of the field in the definition."),
    message: z
      .string()
      .max(MAX_WARNING_CHARACTERS)
      .describe("What will surprise, and what to write instead."),
    code: z.string().describe("Stable code of the warning."),
    automation: z
      .strictObject({
        id: AutomationId,
        name: z.string().describe("Name of the automation."),
        issues: z
          .array(
            z.strictObject({
              pointer: z.string().describe("JSON Pointer in the automation."),
              message: z.string().describe("What does not fit the definition."),
            }),
          )
          .describe("Each parameter of it that does not fit."),
      })
      .optional()
      .describe("Of the code `automation_broken`: the enabled automation that does not fit the definition."),
  })
  .describe("Something in a definition that is allowed and may surprise.");
export type Warning = z.infer<typeof Warning>;

/** The most warnings that a version keeps. */
export const MAX_WARNINGS = 50;

type Checked = Pick<
  DefinitionRecord,
  "timeoutSeconds" | "attemptTimeoutSeconds" | "retryPolicy" | "payloadTemplate" | "webhookMethod"
>;

/** Returns the warnings that need no template. */
export function findDefinitionWarnings(definition: Checked): Warning[] {
  return [...findEmptyBody(definition), ...findLongAttempt(definition), ...findUnsaidSafety(definition)];
}

function findEmptyBody({ payloadTemplate, webhookMethod: method }: Checked): Warning[] {
  if (payloadTemplate !== "" || method === "GET" || method === "DELETE") return [];
  const message = `The ${method} is sent without a body, because payloadTemplate is empty.`;
  return [{ pointer: "/payloadTemplate", message, code: "empty_body" }];
}

function findLongAttempt({ timeoutSeconds, attemptTimeoutSeconds }: Checked): Warning[] {
  if (attemptTimeoutSeconds <= timeoutSeconds) return [];
  const message = `An attempt may take ${attemptTimeoutSeconds} s, but the whole run ends after ${timeoutSeconds} s (timeoutSeconds), and so does the attempt.`;
  return [{ pointer: "/attemptTimeoutSeconds", message, code: "attempt_outlasts_run" }];
}

function findUnsaidSafety({ retryPolicy: { maxAttempts, safeToRepeat } }: Checked): Warning[] {
  if (safeToRepeat !== undefined || maxAttempts === 1) return [];
  const message =
    "After a timeout the request is sent again, though the receiver may have acted. Say whether that is safe: true if the receiver does nothing twice, false if it might.";
  return [{ pointer: "/retryPolicy/safeToRepeat", message, code: "safe_to_repeat_not_given" }];
}
