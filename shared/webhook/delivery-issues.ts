// Issues of a definition's outbound call: their form, and those of an address.
import { ServiceError } from "../domain/errors.ts";
import { checkUrl, type EgressPolicy } from "./egress/egress-policy.ts";

export type DeliveryIssue = {
  code: "egress_denied" | "invalid_template" | "malformed_request";
  pointer: string;
  message: string;
};

export function malformedIssue(at: string, message: string): DeliveryIssue {
  return { code: "malformed_request", pointer: at, message };
}

export function addressIssues(at: string, text: string, policy: EgressPolicy): DeliveryIssue[] {
  try {
    checkUrl(text, policy);
    return [];
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const code = error.code === "egress_denied" ? "egress_denied" : "malformed_request";
    return [{ code, pointer: at, message: error.message }];
  }
}
