// The last runs as a row of bars, oldest first: the colour and the height say how each one ended.
import { lookOf, type StatusName } from "./status.tsx";

const BARS = 20;
const STEP = 5.2;
/** Heights differ too, so that nobody needs the colours. */
const HEIGHTS: Partial<Record<StatusName, number>> = { SUCCESS: 9, FAILED: 18, RUNNING: 13, PENDING: 13 };

/** `statuses`: newest first, as lists have them. */
export function Sparkline({ statuses }: { statuses: readonly StatusName[] }) {
  const shown = statuses.slice(0, BARS).toReversed();
  const failed = shown.filter((status) => status === "FAILED").length;
  const words = shown.length === 0 ? "No runs yet" : `Last ${shown.length} runs: ${failed} failed`;
  return (
    <svg class="sparkline" viewBox={`0 0 ${BARS * STEP} 20`} role="img" aria-label={words}>
      <title>{words}</title>
      {Array.from({ length: BARS }, (_, index) => {
        const status = shown[index - (BARS - shown.length)];
        const height = status === undefined ? 2 : (HEIGHTS[status] ?? 6);
        const tone = status === undefined ? "none" : lookOf(status).tone;
        return (
          <rect
            key={index}
            class={tone}
            x={index * STEP}
            y={20 - height}
            width="3.6"
            {...{ height }}
            rx="1"
          />
        );
      })}
    </svg>
  );
}
