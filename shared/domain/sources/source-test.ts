// What a message of a source becomes, as the test of a source answers it.
import * as z from "zod";
import { DRY_RUN_REASONS } from "../automations/dry-run.ts";
import { AutomationId, IncidentId } from "../ids.ts";
import { INCIDENT_REPORTS, Incident } from "../incidents/incident.ts";
import { REFUSAL_REASONS } from "./translator.ts";

const IssueView = z
  .strictObject({
    pointer: z.string().describe("JSON Pointer into the message."),
    message: z.string().describe("What is wrong there, and what is wanted."),
    code: z.string().optional().describe("What kind of problem it is."),
  })
  .describe("A problem in a message.");

/** What one item of a message becomes. */
const SourceTestItem = z
  .strictObject({
    at: z.string().describe("JSON Pointer to the item in the message; empty: the message is the item."),
    outcome: z
      .enum(["incident", "ignored", "refused"])
      .describe("`ignored`: it reports no incident. `refused`: it does, but not one that can be read."),
    report: z.enum(INCIDENT_REPORTS).nullable().describe("What it reports; null: no incident."),
    incident: Incident.nullable().describe("The incident as it is reported; null: none."),
    from: z
      .record(z.string(), z.string())
      .describe("Field of the incident → JSON Pointer to where it was found in the message."),
    reason: z.enum(REFUSAL_REASONS).nullable().describe("Why it is refused; null if it is not."),
    message: z.string().nullable().describe("Why it is ignored or refused, in words; null otherwise."),
    issues: z.array(IssueView).describe("All that keeps it from being read."),
  })
  .describe("What one item of a message becomes.");

const SourceTestAutomation = z
  .strictObject({
    incidentId: IncidentId,
    automationId: AutomationId,
    name: z.string().describe("Name of the automation."),
    matched: z.boolean().describe("Whether the event matches its pattern."),
    wouldRun: z.boolean().describe("Whether an execution would start."),
    reason: z.enum(DRY_RUN_REASONS).nullable().describe("Why none would start; null if one would."),
    message: z.string().nullable().describe("The reason in words; null if an execution would start."),
  })
  .describe("What an automation would do with an incident of the message.");

export const SourceTest = z
  .strictObject({
    filtered: z.boolean().describe("Whether the source's filter leaves the message out."),
    items: z
      .array(SourceTestItem)
      .describe("What the items of the message become, in their order; at most 100."),
    omitted: z.int().min(0).describe("Items that the system itself has left out."),
    automations: z
      .array(SourceTestAutomation)
      .describe("What the automations that the caller may see would do with the first incidents."),
  })
  .describe("What a message of a source becomes.");
export type SourceTest = z.input<typeof SourceTest>;
