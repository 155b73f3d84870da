// Lists over several partitions of an index: merged newest first, filtered and paged by sort key.
import type { List } from "../contract/lists.ts";
import { INDEXES } from "../contract/table.ts";
import { type Behind, type Item, type ListRow, queryListPage, readListed } from "./read.ts";

/**
 * `before`: the last sort key of the page before. `from` (inclusive) and `to` (exclusive): a range of times, for lists
 * that sort by time; ISO 8601, UTC, with milliseconds.
 */
export type Page = {
  limit: number;
  before?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
};
/** `next`: the sort key where the next page starts, or null at the end. */
export type ListResult<T> = { items: T[]; next: string | null };

type Source<T> = {
  lists: readonly List[];
  page: Page;
  parse: (item: Item) => T;
  keep?: (value: T) => boolean;
  /** Whether a row may be of interest, by its keys alone. Default: each is. Other rows are not read. */
  among?: (keys: Item) => boolean;
  /** Where the item of a row is, if it is not the row's own. */
  behind?: Behind;
};

/** Maximum rows examined per request, visible or not. A selective filter ends a page early, with a cursor. */
const MAX_EXAMINED = 2000;

/** Maximum rows per query. The size doubles with each query, so that a selective filter needs few queries. */
const MAX_READ = 256;

/** Returns the next page of the merged lists of one index. Sort keys must be unique across all of their items. */
export async function listMerged<T>({
  lists,
  page,
  parse,
  keep,
  among,
  behind,
}: Source<T>): Promise<ListResult<T>> {
  const merged = await MergedRows.open(lists, page);
  const items: T[] = [];
  let last: string | null = null;
  let examined: string | null = null;
  let size = page.limit + 1;
  for (let left = MAX_EXAMINED; left > 0; size = Math.min(2 * size, MAX_READ)) {
    const rows = await merged.take(Math.min(size, left));
    if (rows.length === 0) return { items, next: null };
    const read = among ? rows.filter(({ keys }) => among(keys)) : rows;
    for (const { sort, item } of await readListed(read, behind)) {
      const value = parse(item);
      // An item that moves between two lists during the read is in both.
      if (sort === last || !(keep?.(value) ?? true)) continue;
      // Only a visible row leads to another page, so that callers cannot detect hidden rows.
      if (items.length === page.limit) return { items, next: last };
      items.push(value);
      last = sort;
    }
    examined = rows.at(-1)?.sort ?? null;
    left -= rows.length;
  }
  return { items, next: merged.isAtEnd ? null : (last ?? examined) };
}

/** The rows of all lists, newest first. */
class MergedRows {
  private readonly streams: readonly Stream[];

  private constructor(streams: readonly Stream[]) {
    this.streams = streams;
  }

  static async open(lists: readonly List[], page: Page): Promise<MergedRows> {
    return new MergedRows(await Promise.all(lists.map((list) => Stream.open(list, page))));
  }

  get isAtEnd(): boolean {
    return this.streams.every(({ head }) => head === "");
  }

  /** Returns up to `count` rows, none at the end. */
  async take(count: number): Promise<ListRow[]> {
    const rows: ListRow[] = [];
    while (rows.length < count) {
      const row = await this.findNewest()?.shift();
      if (!row) return rows;
      rows.push(row);
    }
    return rows;
  }

  private findNewest(): Stream | undefined {
    return this.streams.reduce<Stream | undefined>(
      (best, s) => (s.head > (best?.head ?? "") ? s : best),
      undefined,
    );
  }
}

/** Reads the keys of one list ahead, page by page. `head` is the next row's sort key, "" at the end. */
class Stream {
  private readonly list: List;
  /** Rows before this sort key are out of range. */
  private readonly from: string;
  private size: number;
  private rows: ListRow[] = [];
  private more = true;

  private constructor(list: List, { limit, from = "" }: Page) {
    this.list = list;
    this.from = from;
    this.size = limit + 1;
  }

  static async open(list: List, page: Page): Promise<Stream> {
    const stream = new Stream(list, page);
    await stream.fill(startOf(page));
    return stream;
  }

  get head(): string {
    return this.rows[0]?.sort ?? "";
  }

  /** Removes and returns the next row. */
  async shift(): Promise<ListRow | undefined> {
    const row = this.rows.shift();
    if (row && this.rows.length === 0 && this.more) await this.fill(row.sort);
    return row;
  }

  private async fill(before: string | undefined): Promise<void> {
    const { items, more } = await queryListPage(this.list, before, this.size);
    const rows = items.map((keys) => ({ list: this.list, sort: this.sortKeyOf(keys), keys }));
    this.rows = rows.filter(({ sort }) => sort >= this.from);
    this.more = more && this.rows.length === rows.length;
    this.size = Math.min(2 * this.size, MAX_READ);
  }

  private sortKeyOf(row: Item): string {
    return String(row[INDEXES[this.list.index].sortKey]);
  }
}

/** A page starts before the last row of the page before, or before the end of the range. */
function startOf({ before, to }: Page): string | undefined {
  return before !== undefined && (to === undefined || before < to) ? before : to;
}
