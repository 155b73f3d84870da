// States with their colour, shape and word.
import { Icon, type IconName } from "./icon.tsx";

export type Tone = "good" | "bad" | "warn" | "info" | "quiet";
type Look = { tone: Tone; icon: IconName; word: string };

/** Of a version's approval, of an execution, of a change's risk. */
const LOOKS = {
  DRAFT: { tone: "warn", icon: "pencil", word: "Draft" },
  APPROVED: { tone: "good", icon: "check", word: "Approved" },
  DEPRECATED: { tone: "quiet", icon: "dash", word: "Deprecated" },
  PENDING: { tone: "quiet", icon: "clock", word: "Pending" },
  RUNNING: { tone: "info", icon: "running", word: "Running" },
  SUCCESS: { tone: "good", icon: "check", word: "Succeeded" },
  FAILED: { tone: "bad", icon: "cross", word: "Failed" },
  CANCELLED: { tone: "quiet", icon: "dash", word: "Cancelled" },
  low: { tone: "good", icon: "check", word: "Low risk" },
  medium: { tone: "warn", icon: "warning", word: "Medium risk" },
  high: { tone: "bad", icon: "warning", word: "High risk" },
} as const satisfies Record<string, Look>;
export type StatusName = keyof typeof LOOKS;

export const lookOf = (status: StatusName): Look => LOOKS[status];

/** A state of the service. */
export function Status({ of }: { of: StatusName }) {
  return <Badge {...LOOKS[of]} />;
}

/** Any other state. */
export function Badge({ tone, icon, word }: Look) {
  return (
    <span class={`status ${tone}`}>
      <Icon name={icon} />
      {word}
    </span>
  );
}
