// Whether an automation acts, only records, or does nothing.
import type { ItemOf } from "../../api-client/types.ts";
import { Badge } from "./status.tsx";

export function AutomationState({
  of: { enabled, mode },
}: {
  of: Pick<ItemOf<"list-automations">, "enabled" | "mode">;
}) {
  if (!enabled) return <Badge tone="quiet" icon="dash" word="Disabled" />;
  if (mode === "shadow") return <Badge tone="warn" icon="clock" word="Shadow: it starts nothing" />;
  return <Badge tone="good" icon="check" word="Enabled" />;
}
