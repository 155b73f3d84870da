// A table of rows, and the list that grows by pages.
import type { ComponentChildren } from "preact";
import type { List } from "../data/list.ts";
import { Button } from "./button.tsx";
import { FailureNote, FailurePanel } from "./failure.tsx";
import { Loading } from "./panels.tsx";

export type Column<T> = {
  /** Its heading; where it is narrow, the cell's own. */
  label: string;
  cell: (row: T) => ComponentChildren;
  /** `main` names the row, `number` stands at the right, `end` holds its buttons. */
  kind?: "main" | "number" | "end";
};

const CLASSES = { main: "main-cell", number: "number", end: "end-cell" };

type TableProps<T> = {
  /** What it lists, for those who do not see it. */
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  children?: ComponentChildren;
};

export function Table<T>({ caption, columns, rows, keyOf, children }: TableProps<T>) {
  return (
    <div class="table-box">
      <table class="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label, kind }) => (
              <th key={label} scope="col" class={kind && CLASSES[kind]}>
                {kind === "end" ? <span class="visually-hidden">{label}</span> : label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ label, cell, kind }) => (
                <td
                  key={label}
                  class={kind && CLASSES[kind]}
                  data-label={kind === "main" || kind === "end" ? undefined : label}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {children}
    </div>
  );
}

type ListTableProps<T> = Omit<TableProps<T>, "rows" | "children"> & {
  list: List<T>;
  /** What stands there if the list is empty. */
  empty: ComponentChildren;
};

/** A table over a list: with its end, its button for more, and its failures. */
export function ListTable<T>({ list, empty, caption, ...table }: ListTableProps<T>) {
  const { items, error, hasMore, isLoading, loadMore, reload } = list;
  if (items === undefined)
    return error === undefined ? <Loading what={caption} /> : <FailurePanel error={error} onRetry={reload} />;
  if (items.length === 0 && error === undefined) return empty;
  return (
    <div class="stack">
      {error !== undefined && <FailureNote error={error} onRetry={reload} />}
      <Table caption={caption} {...table} rows={items}>
        <div class="table-foot">
          <span role="status">{hasMore ? `The first ${items.length}` : `All ${items.length} shown`}</span>
          {hasMore && (
            <Button small busy={isLoading} onClick={loadMore}>
              {isLoading ? "Loading …" : "Show more"}
            </Button>
          )}
        </div>
      </Table>
    </div>
  );
}
