// What each record with versions of its own says of its changes: how many, and who made the first and the last.
import * as z from "zod";
import { byNameOf } from "./display-text.ts";
import { Timestamp } from "./ids.ts";

export const CHANGE_STAMPS = {
  version: z.int().min(1).describe("Counts the changes. It is also the ETag."),
  createdBy: z.string().describe("Who created it: a token's `sub`."),
  createdByName: byNameOf("createdBy"),
  createdAt: Timestamp.describe("When it was created."),
  updatedBy: z.string().describe("Who changed it last: a token's `sub`."),
  updatedByName: byNameOf("updatedBy"),
  updatedAt: Timestamp.describe("When it was changed last."),
};
