// What people say about a draft: the votes of those that are needed, a request for a review, a request for changes.
import type { OutputOf } from "../../../api-client/types.ts";
import { Fact, Said } from "../../parts/said.tsx";

type Voiced = Pick<
  OutputOf<"get-review">,
  "approvals" | "approvalsRequired" | "reviewRequested" | "changesRequested"
>;

export function Voices({ of }: { of: Voiced }) {
  const { approvals, approvalsRequired, reviewRequested, changesRequested } = of;
  return (
    <>
      {approvalsRequired !== null && (
        <Fact about="Approvals">
          <Votes given={approvals.length} needed={approvalsRequired} />
        </Fact>
      )}
      {approvals.map((vote) => (
        <Fact key={vote.by} about={vote.selfApproved ? "Approved by its author" : "Approved by"}>
          <Said {...vote} />
        </Fact>
      ))}
      {reviewRequested && (
        <Fact about="Review asked by">
          <Said {...reviewRequested} />
        </Fact>
      )}
      {changesRequested && (
        <Fact about="Changes asked by">
          <Said {...changesRequested} />
        </Fact>
      )}
    </>
  );
}

function Votes({ given, needed }: { given: number; needed: number }) {
  return (
    <span class="votes">
      <span aria-hidden="true" class="votes-dots">
        {Array.from({ length: Math.max(needed, given) }, (_, index) => (
          <span key={index} class={index < given ? "given" : undefined} />
        ))}
      </span>
      {given} of {needed}
    </span>
  );
}
