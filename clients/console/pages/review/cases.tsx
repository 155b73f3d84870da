// The golden cases of a version: the request that each renders to, and where it is not what the case expects.
import type { OutputOf } from "../../../api-client/types.ts";
import { Panel } from "../../parts/panels.tsx";
import { SentRequest } from "../../parts/sent-request.tsx";
import { Badge } from "../../parts/status.tsx";
import { Outside } from "../../parts/text.tsx";

type CaseResult = OutputOf<"get-review">["cases"][number];

export function Cases({ cases }: { cases: readonly CaseResult[] }) {
  const matching = cases.filter(({ matches }) => matches).length;
  return (
    <Panel title={cases.length === 0 ? "Cases" : `Cases: ${matching} of ${cases.length} match`}>
      {cases.length === 0 ? (
        <p class="muted">
          The definition has none. A case is an example with the request that it must render to.
        </p>
      ) : (
        <ul class="stack">
          {cases.map((each) => (
            <li key={each.name}>
              <Case result={each} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Case({ result: { name, matches, differences, request } }: { result: CaseResult }) {
  return (
    <div class="stack-tight">
      <h3 class="row">
        <Outside text={name} />
        {matches ? (
          <Badge tone="good" icon="check" word="Matches" />
        ) : (
          <Badge tone="bad" icon="cross" word="Does not match" />
        )}
      </h3>
      {differences.map(({ pointer, expected, got }) => (
        <dl key={pointer} class="facts">
          <dt>Where</dt>
          <dd>
            <code>{pointer}</code>
          </dd>
          <dt>Expected</dt>
          <dd>
            <code>
              <Outside text={expected ?? "nothing"} />
            </code>
          </dd>
          <dt>Rendered</dt>
          <dd>
            <code>
              <Outside text={got ?? "nothing"} />
            </code>
          </dd>
        </dl>
      ))}
      {request && (
        <details class="disclosure" open={!matches}>
          <summary>The rendered request</summary>
          <SentRequest request={request} />
        </details>
      )}
    </div>
  );
}
