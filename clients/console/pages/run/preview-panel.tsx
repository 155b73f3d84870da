// The exact request, beside the form, as the service would send it now.
import { FailureNote } from "../../parts/failure.tsx";
import { Loading, Panel } from "../../parts/panels.tsx";
import { SentRequest } from "../../parts/sent-request.tsx";
import { Warnings } from "../../parts/warnings.tsx";
import type { usePreview } from "./preview.ts";
import { sortIssues } from "./request.ts";

type PreviewPanelProps = {
  preview: ReturnType<typeof usePreview>;
  isReadable: boolean;
  isAsked: boolean;
};

export function PreviewPanel({
  preview: { preview, error, isCurrent },
  isReadable,
  isAsked,
}: PreviewPanelProps) {
  const needsFields = !isReadable || Object.keys(sortIssues(error).ofParameters).length > 0;
  return (
    <aside class="aside" aria-label="The request">
      <Panel title="What will be sent">
        <div class="stack">
          {needsFields && (
            <p class="muted">
              {preview ? "As it was with the last right values. " : ""}The request is shown as soon as the
              fields are right.
            </p>
          )}
          {error !== undefined && !needsFields && !isAsked && <FailureNote error={error} />}
          {preview ? (
            <div class={isCurrent && error === undefined ? "stack" : "stack is-old"}>
              <SentRequest request={preview} />
              <Warnings warnings={preview.warnings} />
            </div>
          ) : (
            error === undefined && isReadable && <Loading what="the request" />
          )}
        </div>
      </Panel>
    </aside>
  );
}
