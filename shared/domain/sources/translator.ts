// What of a source decides about a translation, and why one can be refused.
import type { KindName } from "./kinds.ts";
import type { Mapping } from "./mapping.ts";

/** What of a source decides about a translation. */
export type Translator = {
  id: string;
  kind: KindName;
  teamId: string | null;
  team?: { from: string[]; map: Record<string, string> } | null | undefined;
  priority?: { map: Record<string, string>; default?: string | undefined } | null | undefined;
  mapping?: Mapping | null | undefined;
};

export const REFUSAL_REASONS = ["unmapped", "team_unknown", "too_many"] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];
