// The messages that a source could not read, with each place that was wrong.
import type { ItemOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { Blank } from "../../parts/panels.tsx";
import { type Column, ListTable } from "../../parts/table.tsx";
import { Outside } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";

type Rejection = ItemOf<"list-rejections">;

/** Reason → what it says, and what to do. */
const REASONS: Readonly<Record<string, string>> = {
  unmapped: "A field is not where it should be: test the message, and correct the source",
  team_unknown: "A team that the map does not have: add it to the map",
  too_many: "More alerts than are read in one message: lower the limit of the system",
};

const COLUMNS: readonly Column<Rejection>[] = [
  { label: "Reason", kind: "main", cell: ({ reason }) => REASONS[reason] ?? reason },
  { label: "What is wrong", cell: ({ message }) => <Outside text={message} /> },
  { label: "When", cell: ({ at }) => <Time at={at} /> },
];

export function Refused({ sourceId }: { sourceId: string }) {
  const list = useList(`refused of ${sourceId}`, (cursor, signal) =>
    client.listRejections({ query: { sourceId, limit: 25, cursor } }, { signal }),
  );
  return (
    <ListTable
      caption="refused messages"
      columns={COLUMNS}
      list={list}
      keyOf={({ at, eventId }) => `${at} ${eventId}`}
      empty={
        <Blank icon="check" title="All messages could be read">
          <p>
            A message of which something cannot be read is kept here for 90 days. What can be read of it is
            reported all the same. The message itself waits in the dead-letter queue, from which operators
            send it again.
          </p>
        </Blank>
      }
    />
  );
}
