// Golden cases of a definition: named examples with the request that they must render to.
import * as z from "zod";
import { Json } from "../json.ts";
import { WEBHOOK_METHODS } from "./methods.ts";
import { headerName } from "./webhook-auth.ts";

export const MOST_CASES = 10;
const CASE_LIMITS = { headers: 30, urlCharacters: 8192, valueCharacters: 4096 } as const;

const text = (most = 1000) => z.string().max(most);

/** The fields of an incident that a template may name, as an example. What is left out is null. */
const CaseIncident = z
  .strictObject({
    id: text(128).describe("Its id."),
    title: text(500).describe("What happened, in one line."),
    status: text(64).describe("Its status."),
    priority: text(64).describe("Its priority."),
    teamId: text(64).describe("The team that it belongs to."),
    createdAt: text(64).describe("When it was created."),
    acknowledgedAt: text(64).nullable().describe("When somebody acknowledged it; null: nobody has."),
    assignee: Json.describe("Who works on it: a name, or an object."),
    metadata: Json.describe("Further facts of the incident system."),
  })
  .partial()
  .describe("The incident of the example: what its templates name. Fields that are left out are null.");

const CaseExpectation = z
  .strictObject({
    method: z.enum(WEBHOOK_METHODS).optional().describe("The HTTP method."),
    url: text(CASE_LIMITS.urlCharacters).optional().describe("The whole URL, as rendered."),
    headers: z
      .record(headerName, text(CASE_LIMITS.valueCharacters))
      .refine(
        (headers) => Object.keys(headers).length <= CASE_LIMITS.headers,
        `must have at most ${CASE_LIMITS.headers} headers`,
      )
      .refine(hasEachNameOnce, "must not name a header twice")
      .optional()
      .describe("Header name → value. Only these are compared; upper and lower case of names are the same."),
    body: Json.optional().describe(
      "The body. With the format `json` it is compared as JSON: a value, or a text that holds JSON. With `form` and `text` it is the text itself.",
    ),
  })
  .refine(
    (expected) => Object.keys(expected).length > 0,
    "must expect something: method, url, headers or body",
  )
  .describe("What the request must be. Fields that are left out are not compared. Secrets are `********`.");

export const Case = z
  .strictObject({
    name: z.string().trim().min(1).max(100).describe("Name of the case. No other of the runbook has it."),
    parameters: z
      .record(z.string(), Json)
      .default({})
      .describe("The parameters of the example. A secret one is `********`."),
    incident: CaseIncident.optional(),
    expect: CaseExpectation,
  })
  .describe("An example that must render to the expected request, or the runbook is not approved.");
export type Case = z.infer<typeof Case>;

export const Cases = z
  .array(Case)
  .min(1)
  .max(MOST_CASES)
  .describe(
    "Up to 10 examples with the request that each must render to. A version is approved only if all of them match.",
  );

function hasEachNameOnce(headers: Record<string, unknown>): boolean {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return new Set(names).size === names.length;
}
