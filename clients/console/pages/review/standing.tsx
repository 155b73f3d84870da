// Where a review stands: who has said what, and what depends on the runbook.
import { automationPath } from "../../navigation/page-paths.ts";
import { Link } from "../../parts/button.tsx";
import { Fact } from "../../parts/said.tsx";
import { Outside } from "../../parts/text.tsx";
import { Voices } from "../changes/voices.tsx";
import type { Review } from "./review.ts";

export function Standing({ review }: { review: Review }) {
  return (
    <dl class="stack">
      <Voices of={review} />
      <Dependents dependents={review.dependents} />
    </dl>
  );
}

function Dependents({
  dependents: { automations, waitingExecutions },
}: {
  dependents: Review["dependents"];
}) {
  return (
    <>
      {automations.length > 0 && (
        <Fact about="Automations that start it">
          <ul>
            {automations.map(({ id, name, mode }) => (
              <li key={id}>
                <Link to={automationPath(id)}>
                  <Outside text={name} />
                </Link>
                {mode === "shadow" && <span class="muted"> (shadow)</span>}
              </li>
            ))}
          </ul>
        </Fact>
      )}
      {waitingExecutions > 0 && <Fact about="Runs that wait">{waitingExecutions}</Fact>}
    </>
  );
}
