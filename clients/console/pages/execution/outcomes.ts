// How the outcome of an attempt looks, and what it means.
import type { IconName } from "../../parts/icon.tsx";
import type { Tone } from "../../parts/status.tsx";
import type { AttemptView } from "./timeline.ts";

type Look = { tone: Tone; icon: IconName; word: string; meaning: string };

export const OUTCOMES: Record<AttemptView["outcome"], Look> = {
  in_progress: { tone: "info", icon: "running", word: "Under way", meaning: "The call may be under way." },
  delivered: { tone: "good", icon: "check", word: "Delivered", meaning: "The receiver accepted it." },
  refused: { tone: "bad", icon: "cross", word: "Refused", meaning: "The receiver answered, and refused." },
  failed: {
    ...{ tone: "bad", icon: "unplugged", word: "No answer" },
    meaning: "There was no answer, and nothing was acted on.",
  },
  unknown: {
    ...{ tone: "warn", icon: "warning", word: "Unknown" },
    meaning: "The call went out, and its answer was lost: the receiver may have acted.",
  },
};
