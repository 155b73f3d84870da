// Whether the messages of a source are read.
import { Badge } from "../../parts/status.tsx";

export function SourceState({ of: { enabled } }: { of: { enabled: boolean } }) {
  return enabled ? (
    <Badge tone="good" icon="check" word="Enabled" />
  ) : (
    <Badge tone="quiet" icon="dash" word="Disabled" />
  );
}
