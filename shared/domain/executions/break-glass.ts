// Break-glass: an execution that passed pauses and freeze windows, why, and who looked at it afterwards.
import * as z from "zod";
import { byNameOf } from "../display-text.ts";
import { IncidentId, Timestamp } from "../ids.ts";

const reason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .describe("Why this cannot wait. It is announced, and everybody who may see the execution reads it.");

/** What a caller asks for. */
export const BreakGlassRequest = z
  .strictObject({
    reason,
    incidentId: IncidentId.optional().describe(
      "The incident that justifies it. Default: the incident that the execution is for; another one is refused. Not looked up: its system may be what is down.",
    ),
  })
  .describe(
    "Passes pauses, freeze windows and an expired approval, for admins of the team that the execution is for and platform admins. Another admin must close it.",
  );
export type BreakGlassRequest = z.infer<typeof BreakGlassRequest>;

/** As stored. Whoever started the execution broke the glass, when it was created. */
export const BreakGlass = z
  .strictObject({
    reason,
    incidentId: IncidentId.nullable().describe("The incident that justifies it; null: none was named."),
    closedBy: z.string().nullable().describe("Who closed it: a token's `sub`; null: it is open."),
    closedByName: byNameOf("closedBy"),
    closedAt: Timestamp.nullable().describe("When it was closed; null: it is open."),
    note: z.string().nullable().describe("What the one who closed it found; null: it is open."),
  })
  .describe(
    "Why the execution passed pauses, freeze windows and an expired approval, and who looked at it afterwards.",
  );
export type BreakGlass = z.infer<typeof BreakGlass>;
