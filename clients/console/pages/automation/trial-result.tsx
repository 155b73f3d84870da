// What a test says: whether it matches, what would run, and each condition that is not met.
import type { OutputOf } from "../../../api-client/types.ts";
import { FailedConditions } from "../../parts/failed-conditions.tsx";
import { Note } from "../../parts/panels.tsx";
import { SentRequest } from "../../parts/sent-request.tsx";
import { Outside } from "../../parts/text.tsx";
import { sayReason } from "./decision-badge.tsx";

type Result = OutputOf<"test-automation">;

export function TrialResult({ result }: { result: Result }) {
  const { failed, request, parameters } = result;
  return (
    <div class="stack">
      <Verdict result={result} />
      <FailedConditions failed={failed} />
      {parameters && Object.keys(parameters).length > 0 && (
        <dl class="facts">
          {Object.entries(parameters).map(([name, value]) => (
            <>
              <dt>
                <code>{name}</code>
              </dt>
              <dd class="value">
                <Outside text={typeof value === "string" ? value : JSON.stringify(value)} />
              </dd>
            </>
          ))}
        </dl>
      )}
      {request && <SentRequest request={request} />}
    </div>
  );
}

function Verdict({ result: { matched, wouldRun, reason, message } }: { result: Result }) {
  if (wouldRun) return <Note tone="good" title="It would start a run" />;
  const title = matched ? `It matches, and would start nothing: ${sayReason(reason)}` : "It does not match";
  return (
    <Note tone={matched ? "warn" : "quiet"} title={title}>
      {message !== null && (
        <p>
          <Outside text={message} />
        </p>
      )}
    </Note>
  );
}
