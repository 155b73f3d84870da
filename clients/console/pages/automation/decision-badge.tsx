// A decision in one word: that it fired, or the reason why it did not.
import { Badge } from "../../parts/status.tsx";

type Decided = { outcome: "fired" | "skipped"; reason: string | null };

/** The code of a reason is its words, joined. */
export const sayReason = (reason: string | null) => (reason ?? "").replaceAll("_", " ");

export function DecisionBadge({ decision: { outcome, reason } }: { decision: Decided }) {
  return outcome === "fired" ? (
    <Badge tone="good" icon="check" word="Fired" />
  ) : (
    <Badge tone="quiet" icon="dash" word={`Skipped: ${sayReason(reason)}`} />
  );
}
