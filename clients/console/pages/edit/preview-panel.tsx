// The request that the form would send now, for the parameters that are chosen.
import type { Parameter } from "../../data/parameter-schema.ts";
import { FailureNote } from "../../parts/failure.tsx";
import { Loading, Note, Panel } from "../../parts/panels.tsx";
import { SentRequest } from "../../parts/sent-request.tsx";
import { Warnings } from "../../parts/warnings.tsx";
import { type Example, ExampleValues } from "./example-values.tsx";
import type { Preview } from "./preview-request.ts";

type PreviewPanelProps = {
  preview: Preview;
  schema: readonly Parameter[];
  example: Example;
  onExample: (example: Example) => void;
};

export function PreviewPanel({ preview, schema, example, onExample }: PreviewPanelProps) {
  const { request, error, problems } = preview;
  const isOld = error !== undefined || problems.length > 0;
  return (
    <Panel title="What it would send">
      <div class="stack">
        <ExampleValues parameters={schema} example={example} onInput={onExample} />
        {error !== undefined && <FailureNote error={error} />}
        {problems.length > 0 && <Note tone="warn">Shown as it was before the last errors.</Note>}
        {request === null ? (
          !isOld && <Loading what="the request" />
        ) : (
          <div class={isOld ? "outdated" : undefined}>
            <SentRequest request={request} />
          </div>
        )}
        {request !== null && !isOld && <Warnings warnings={request.warnings} />}
      </div>
    </Panel>
  );
}
