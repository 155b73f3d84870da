// The write of a runbook's state item, and the parts of expressions that every write of it has.
import { KEYS } from "../contract/table.ts";
import { type AuditEntry, toChainHead } from "../domain/audit.ts";
import type { RunbookState } from "../domain/runbooks/runbook.ts";
import type { RunbookChange } from "../domain/runbooks/runbook-changes.ts";
import type { Write } from "./transact.ts";

/** Condition: the runbook is as it was read. */
export const UNCHANGED = "version = :version AND auditSequence = :sequence AND deletedAt = :none";
/** The values of `UNCHANGED`. */
export const stateValues = (state: RunbookState) => ({
  ":version": state.version,
  ":sequence": state.auditSequence,
  ":none": null,
});

/** The part of an update expression that sets the end of a runbook's audit chain. */
export const CHAIN_UPDATE = "auditSequence = :a, auditHash = :h, auditAt = :t";

/** The values of `CHAIN_UPDATE`. */
export function chainValues(audit: AuditEntry) {
  const { auditSequence, auditHash } = toChainHead(audit);
  return { ":a": auditSequence, ":h": auditHash, ":t": audit.at };
}

/** Returns the write of the state that a change leaves, if the runbook is still as it was before. */
export function stateWrite({ before, state, audit }: RunbookChange): Write {
  const key = KEYS.runbookState(state.id);
  if (!before) return { label: "runbook", put: { ...key, ...state }, condition: "attribute_not_exists(pk)" };
  const { version, approvalStatus, liveVersion, oldestLiveVersion } = state;
  const { approvalExpiresAt, reviewChanges, awaitsReview } = state;
  return {
    label: "runbook",
    key,
    update: `SET version = :v, approvalStatus = :s, liveVersion = :l, oldestLiveVersion = :o, approvalExpiresAt = :e, reviewChanges = :r, awaitsReview = :w, ${CHAIN_UPDATE}`,
    condition: UNCHANGED,
    values: {
      ...stateValues(before),
      ":v": version,
      ":s": approvalStatus,
      ":l": liveVersion,
      ":o": oldestLiveVersion,
      ":e": approvalExpiresAt,
      ":r": reviewChanges,
      ":w": awaitsReview,
      ...chainValues(audit),
    },
  };
}
