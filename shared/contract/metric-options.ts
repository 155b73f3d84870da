// The variables that list what has metrics of its own: ids of teams or runbooks, a bounded number of them.
import * as z from "zod";
import { RunbookId } from "../domain/ids.ts";
import { MOST_WATCHED } from "./metrics.ts";

const idList = (isId: (text: string) => boolean, format: string) =>
  z
    .string()
    .default("")
    .transform((text) => text.split(",").flatMap((id) => id.trim() || []))
    .refine((ids) => ids.every(isId), `must be ${format}, comma separated`)
    .refine((ids) => ids.length <= MOST_WATCHED, `must be at most ${MOST_WATCHED}`);

export const TeamMetrics = idList(
  (text) => /^[A-Za-z0-9_-]{1,64}$/.test(text),
  "team ids of letters, digits, _ and -",
).describe("Teams whose executions have metrics of their own, comma separated");

export const RunbookMetrics = idList((text) => RunbookId.safeParse(text).success, "ids of runbooks").describe(
  "Runbooks whose executions have metrics of their own, comma separated",
);
