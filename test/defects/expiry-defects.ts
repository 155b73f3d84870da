// Defects of approvals that expire, each as the small change that brings it back.
import type { KnownDefect } from "./known-defects.ts";

const PATHS = "test/decisions/expired-start-paths.test.ts";
const API = "test/functions/api/recertification.test.ts";
const RENEWALS = "test/shared/domain/runbooks/renewals.test.ts";

export const EXPIRY_DEFECTS: readonly KnownDefect[] = [
  {
    defect: "Whether an approval has expired is asked before the write alone",
    known: "certificates that are checked when they are loaded",
    file: "shared/store/runbook-check.ts",
    find: "if (breakGlass) return { condition, values };",
    replace: 'if (breakGlass || at !== "") return { condition, values };',
    test: PATHS,
    name: "stops a person before its write",
  },
  {
    defect: "Breaking the glass passes the expiry at the start, and not when the run begins",
    known: "overrides that one of two checks knows",
    file: "shared/store/runbook-check.ts",
    find: "if (breakGlass) return { condition, values };",
    replace: 'if (breakGlass && condition.startsWith("live")) return { condition, values };',
    test: PATHS,
    name: "stops a person who broke the glass before the request",
  },
  {
    defect: "An event is skipped for good by an approval that was renewed meanwhile",
    known: "refusals from what was read a moment before",
    file: "shared/store/runbook-check.ts",
    find: "AND approvalExpiresAt = :expiry AND deletedAt",
    replace: "AND deletedAt",
    test: PATHS,
    name: "lets an automation pass if that is before its write",
  },
  {
    defect: "Whoever approved it a year ago cannot renew it: the request counts as a repetition",
    known: "idempotency by content",
    file: "shared/domain/runbooks/repeats.ts",
    find: "if (isOfLive && isRenewable(renewal, at)) return false;",
    replace: "",
    test: RENEWALS,
    name: "is not the approval of a year ago",
  },
  {
    defect: "The votes of the last renewal count in the next one",
    known: "quorums that never start over",
    file: "shared/domain/runbooks/approval-term.ts",
    find: "votes.filter((vote) => isRenewable(renewal, vote.at))",
    replace: "[...votes]",
    test: RENEWALS,
    name: "everybody may again",
  },
  {
    defect: "A renewal is not announced again, because the old expiry was",
    known: "reminders that remember too much",
    file: "shared/store/approval-expiries.ts",
    find: 'stage: "valid" }) }];',
    replace: 'stage: before?.approvalExpiresAt ? "expired" : "valid" }) }];',
    test: API,
    name: "begins anew after a renewal",
  },
];
