// The drafts that wait for somebody to look at them: the highest risk first, then the oldest request.
import type { ItemOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { reviewPath } from "../../navigation/page-paths.ts";
import { LinkButton } from "../../parts/button.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Blank } from "../../parts/panels.tsx";
import { RowHead } from "../../parts/row-head.tsx";
import { Status } from "../../parts/status.tsx";
import { type Column, ListTable } from "../../parts/table.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";

type Draft = ItemOf<"list-runbooks">;

const REFRESH_MS = 30_000;

const COLUMNS: readonly Column<Draft>[] = [
  {
    label: "Runbook",
    kind: "main",
    cell: ({ id, name, reviewRequested }) => (
      <RowHead name={name} to={reviewPath(id)} words={reviewRequested?.note} />
    ),
  },
  { label: "Risk", cell: ({ reviewRequested }) => reviewRequested && <Status of={reviewRequested.risk} /> },
  {
    label: "Team",
    cell: ({ teamId }) => (teamId === null ? <span class="muted">global</span> : <Outside text={teamId} />),
  },
  {
    label: "Asked by",
    cell: ({ reviewRequested: request }) =>
      request && (
        <span>
          <Person by={request.by} name={request.byName} />{" "}
          <span class="muted">
            <Time at={request.at} />
          </span>
        </span>
      ),
  },
  { label: "Approvals", kind: "number", cell: ({ approvals }) => approvals.length },
  {
    label: "Review",
    kind: "end",
    cell: ({ id, name }) => (
      <LinkButton to={reviewPath(id)} small label={`Review ${name}`}>
        Review
      </LinkButton>
    ),
  },
];

export function Page() {
  const list = useList(
    "reviews",
    (cursor, signal) =>
      client.listRunbooks({ query: { awaitingReview: "true", limit: 25, cursor } }, { signal }),
    { everyMs: REFRESH_MS },
  );
  return (
    <>
      <PageHead title="Reviews" name="Reviews" below={<p>Drafts whose authors have asked for a review.</p>} />
      <ListTable
        caption="drafts that wait for a review"
        columns={COLUMNS}
        list={list}
        keyOf={({ id }) => id}
        empty={
          <Blank icon="check" title="Nothing waits for a review">
            <p>A draft appears here when its author asks for a review on the runbook's page.</p>
          </Blank>
        }
      />
    </>
  );
}
