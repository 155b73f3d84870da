// What became of a message, as the intake answers it.
import * as z from "zod";
import { IncidentId } from "../ids.ts";
import { INCIDENT_REPORTS } from "../incidents/incident.ts";
import type { Translated } from "./translate.ts";
import { REFUSAL_REASONS } from "./translator.ts";

/** Items in one answer. The counts are of all. */
const MAX_SHOWN = 100;

const Problem = z.strictObject({
  pointer: z.string().describe("JSON Pointer into the message."),
  message: z.string().describe("What is wrong there, and what is wanted."),
  code: z.string().optional().describe("What kind of problem it is."),
});

export const TakenMessage = z
  .strictObject({
    state: z
      .enum(["accepted", "repeated", "ignored", "disabled"])
      .describe(
        "`accepted`: its incidents are reported. `repeated`: it came before, and nothing happens. `ignored`: it reports nothing, or the filter leaves it out. `disabled`: the source is not enabled.",
      ),
    incidents: z.int().min(0).describe("How many of its items report an incident."),
    ignored: z.int().min(0).describe("How many of its items report none."),
    refused: z
      .int()
      .min(0)
      .describe(
        "How many cannot be read. The message is kept in the dead-letter queue, and listed in `/rejections`.",
      ),
    omitted: z.int().min(0).describe("Items that the system itself has left out."),
    items: z
      .array(
        z.strictObject({
          at: z.string().describe("JSON Pointer to the item; empty: the message is the item."),
          outcome: z.enum(["incident", "ignored", "refused"]).describe("What became of it."),
          report: z.enum(INCIDENT_REPORTS).nullable().describe("What it reports; null: nothing."),
          incidentId: IncidentId.nullable().describe("The incident; null: none."),
          reason: z.enum(REFUSAL_REASONS).nullable().describe("Why it is refused; null if it is not."),
          errors: z.array(Problem).describe("All that keeps it from being read."),
        }),
      )
      .describe("The items in their order; at most 100."),
  })
  .describe("What became of a message.");
export type TakenMessage = z.input<typeof TakenMessage>;

export function toTakenMessage(
  state: TakenMessage["state"],
  items: readonly Translated[] = [],
  omitted = 0,
): TakenMessage {
  const count = (outcome: Translated["outcome"]) => items.filter((item) => item.outcome === outcome).length;
  return {
    state,
    incidents: count("incident"),
    ignored: count("ignored"),
    refused: count("refused"),
    omitted,
    items: items.slice(0, MAX_SHOWN).map((item) => ({
      at: item.at,
      outcome: item.outcome,
      report: item.outcome === "incident" ? item.report : null,
      incidentId: item.outcome === "incident" ? item.incident.id : null,
      reason: item.outcome === "refused" ? item.reason : null,
      errors: item.outcome === "refused" ? item.issues : [],
    })),
  };
}
