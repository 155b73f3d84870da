// Handwritten schemas: for values that other modules validate by their own rules, and for problems.
import { EventPatternJson } from "../../../shared/domain/automations/automation.ts";
import { ERROR_CODES, ISSUE_CODES } from "../../../shared/domain/errors.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { ParameterSchemaJson } from "../../../shared/domain/runbooks/definition.ts";
import { parameter, parameterSchema } from "./parameter-schemas.ts";
import { eventPattern, patternCondition } from "./pattern-schemas.ts";

export function writtenSchemas(): Record<string, JsonObject> {
  const { description: ofParameters = "" } = ParameterSchemaJson;
  const { description: ofPatterns = "" } = EventPatternJson;
  return {
    ParameterSchemaInput: parameterSchema(ofParameters, "ParameterInput", true),
    ParameterInput: parameter(true),
    ParameterSchema: parameterSchema(ofParameters, "Parameter", false),
    Parameter: parameter(false),
    EventPattern: eventPattern(ofPatterns),
    PatternCondition: patternCondition(),
    Problem: PROBLEM,
    ProblemIssue: PROBLEM_ISSUE,
    GatewayMessage: GATEWAY_MESSAGE,
  };
}

const PROBLEM: JsonObject = {
  type: "object",
  description: "Why a request failed (RFC 9457). Branch on `code`.",
  required: ["type", "title", "status", "detail", "code", "requestId"],
  properties: {
    type: { type: "string", description: "`urn:runbooks:problem:` and the code." },
    title: { type: "string", description: "What the code means." },
    status: { type: "integer", description: "HTTP status of the answer." },
    detail: { type: "string", description: "What is wrong with this request, for people." },
    code: { type: "string", enum: Object.keys(ERROR_CODES), description: "Stable code of the problem." },
    requestId: { type: "string", description: "Id of the request in the service's logs." },
    errors: {
      type: "array",
      description: "Everything that is wrong with the input, at once.",
      items: { $ref: "#/components/schemas/ProblemIssue" },
    },
  },
};

const PROBLEM_ISSUE: JsonObject = {
  type: "object",
  description: "One thing that is wrong with the input.",
  required: ["pointer", "message", "code"],
  properties: {
    pointer: {
      type: "string",
      description: "JSON Pointer into the body, or `/query/…` and `/headers/…` for the rest of the request.",
    },
    message: { type: "string", description: "What is wrong there, for people." },
    code: { type: "string", enum: Object.keys(ISSUE_CODES), description: "Stable code of the kind." },
  },
};

const GATEWAY_MESSAGE: JsonObject = {
  type: "object",
  description: "API Gateway's own answer, before any function of the service runs.",
  properties: { message: { type: "string", description: "The reason, in the gateway's words." } },
};
