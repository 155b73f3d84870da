// Lists over several partitions of an index: merged newest first, filtered and paged by sort key.
import { INDEXES, type List } from "../contract/table.ts";
import { type Item, queryListPage, readListed } from "./read.ts";

/** `before`: the last sort key of the page before. */
export type Page = { limit: number; before?: string | undefined };
/** `next`: the sort key where the next page starts, or null at the end. */
export type ListResult<T> = { items: T[]; next: string | null };

type Source<T> = {
  lists: readonly List[];
  page: Page;
  parse: (item: Item) => T;
  keep?: (value: T) => boolean;
};

/** Maximum rows examined per request, visible or not. A selective filter ends a page early, with a cursor. */
const MAX_EXAMINED = 2000;

/** Maximum rows per query. The page size doubles with each query, so that a selective filter needs few queries. */
const MAX_READ = 256;

/** Returns the next page of the merged lists of one index. Sort keys must be unique across all of them. */
export async function listMerged<T>({ lists, page, parse, keep }: Source<T>): Promise<ListResult<T>> {
  const streams = await Promise.all(lists.map((list) => Stream.open(list, page)));
  const items: T[] = [];
  let last: string | null = null;
  let examined: string | null = null;
  for (let count = 0; ; count++) {
    const newest = findNewest(streams);
    if (!newest) return { items, next: null };
    if (count === MAX_EXAMINED) return { items, next: last ?? examined };
    const value = parse(newest.first);
    const isKept = keep?.(value) ?? true;
    // Only a visible row leads to another page, so that callers cannot detect hidden rows.
    if (isKept && items.length === page.limit) return { items, next: last };
    examined = newest.head;
    await newest.drop();
    if (!isKept) continue;
    items.push(value);
    last = examined;
  }
}

function findNewest(streams: readonly Stream[]): Stream | undefined {
  return streams.reduce<Stream | undefined>((best, s) => (s.head > (best?.head ?? "") ? s : best), undefined);
}

/** Reads one list ahead, page by page. `head` is the next row's sort key, "" at the end. */
class Stream {
  private readonly list: List;
  private size: number;
  private rows: Item[] = [];
  private more = true;

  private constructor(list: List, size: number) {
    this.list = list;
    this.size = size;
  }

  static async open(list: List, page: Page): Promise<Stream> {
    const stream = new Stream(list, page.limit + 1);
    await stream.fill(page.before);
    return stream;
  }

  get head(): string {
    const row = this.rows[0];
    return row ? this.sortKeyOf(row) : "";
  }

  get first(): Item {
    const row = this.rows[0];
    if (!row) throw new Error("The list has no more rows");
    return row;
  }

  async drop(): Promise<void> {
    const { head } = this;
    this.rows = this.rows.slice(1);
    if (this.rows.length === 0 && this.more) await this.fill(head);
  }

  private async fill(before: string | undefined): Promise<void> {
    let from = before;
    do {
      const { items, more } = await queryListPage(this.list, from, this.size);
      const last = items.at(-1);
      from = last && this.sortKeyOf(last);
      this.rows = await readListed(this.list, items);
      this.more = more;
      this.size = Math.min(2 * this.size, MAX_READ);
    } while (this.rows.length === 0 && this.more);
  }

  private sortKeyOf(row: Item): string {
    return String(row[INDEXES[this.list.index].sortKey]);
  }
}
