// The priority and the status of an incident, in the words of its own system.
import { Outside } from "../../parts/text.tsx";

/** Systems have words of their own: these are the usual ones for the two highest. */
const HIGHEST = /^(p1|sev-?[01]|critical)$/i;
const HIGH = /^(p2|sev-?2|high)$/i;

export function Priority({ priority }: { priority: string }) {
  const tone = HIGHEST.test(priority) ? "bad" : HIGH.test(priority) ? "warn" : "quiet";
  return (
    <span class={`status priority ${tone}`}>
      <Outside text={priority} />
    </span>
  );
}

export function IncidentStatus({ status }: { status: string }) {
  return (
    <span class="tag">
      <Outside text={status} />
    </span>
  );
}
