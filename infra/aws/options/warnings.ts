// What synthesis says of options that a deployment may choose, and should choose knowingly.
import { Annotations, type Stack } from "aws-cdk-lib";
import type { Options } from "./options.ts";

/** The stack is built all the same: a team of one must be able to start. */
export function warnOfSelfApproval(stack: Stack, { fourEyes }: Options): void {
  if (fourEyes) return;
  const message =
    "fourEyes is off: whoever edits a runbook and is a platform admin can approve the edit alone. It is marked selfApproved. Set fourEyes=true as soon as two people can approve.";
  Annotations.of(stack).addWarningV2("runbooks:four-eyes-off", message);
}
