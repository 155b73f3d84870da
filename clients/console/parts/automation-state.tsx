// Whether an automation acts, only records, or does nothing.
import type { ItemOf } from "../../api-client/types.ts";
import { Badge } from "./status.tsx";

export function AutomationState({
  of: { enabled, mode, awaitsApproval, disabledReason },
}: {
  of: Pick<ItemOf<"list-automations">, "enabled" | "mode" | "awaitsApproval" | "disabledReason">;
}) {
  if (disabledReason !== null)
    return <Badge tone="quiet" icon="dash" word="Disabled: its runbook was deleted" />;
  if (!enabled) return <Badge tone="quiet" icon="dash" word="Disabled" />;
  if (awaitsApproval) return <Badge tone="warn" icon="clock" word="Not approved: it starts nothing" />;
  if (mode === "shadow") return <Badge tone="warn" icon="clock" word="Shadow: it starts nothing" />;
  return <Badge tone="good" icon="check" word="Enabled" />;
}
