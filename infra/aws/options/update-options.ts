// The deployment options of updates: how new code takes over, and what protects the data from being deleted.
import * as z from "zod";
import type { Issue } from "./check.ts";
import { flag } from "./option-types.ts";

export const UPDATE_OPTIONS = {
  /** How calls move from the old code to the new: without aliases, or by them at once, or a part of them first. */
  gradualUpdates: z.enum(["none", "at-once", "canary", "linear"]).default("none"),
  /** Tells the versions of this update from those of one that was taken back. */
  updateLabel: z
    .string()
    .regex(/^[\w.-]{1,64}$/, "must be 1 to 64 letters, digits, dots, hyphens and underscores")
    .optional(),
  /** The stack, the table and the user pool refuse to be deleted. */
  deletionProtection: flag.default(true),
};
export type UpdateOptions = z.output<z.ZodObject<typeof UPDATE_OPTIONS>>;

/** What moves from one version to the next, of each function and of the state machine. */
export const ALIAS = "live";

/** Returns what callers say in place of the name, or of the ARN, of what updates move. */
export const qualify = (called: string, { gradualUpdates }: Pick<UpdateOptions, "gradualUpdates">): string =>
  gradualUpdates === "none" ? called : `${called}:${ALIAS}`;

/** Returns what is wrong with these options together: option → message. */
export function findUpdateIssues({ gradualUpdates, updateLabel }: UpdateOptions): Issue[] {
  if (updateLabel === undefined || gradualUpdates !== "none") return [];
  return [["updateLabel", "is for versions: give gradualUpdates too, or leave it out"]];
}
