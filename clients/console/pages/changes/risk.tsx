// How much a change can do: the level, and each reason with its own.
import type { OutputOf } from "../../../api-client/types.ts";
import { Status } from "../../parts/status.tsx";
import { Outside } from "../../parts/text.tsx";

type RiskView = OutputOf<"get-review">["risk"];

export function Risk({ risk: { level, reasons } }: { risk: RiskView }) {
  return (
    <section class={`risk ${level}`} aria-label="Risk">
      <h2>
        <Status of={level} />
      </h2>
      {reasons.length === 0 && <p class="muted">The two definitions are equal.</p>}
      <ul>
        {reasons.map(({ code, level: own, message, pointer }) => (
          <li key={`${code} ${pointer}`}>
            <span class={`risk-level ${own}`}>{own}</span>
            <Outside text={message} />
          </li>
        ))}
      </ul>
    </section>
  );
}
