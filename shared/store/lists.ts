// Lists over several index partitions: merged newest first, filtered and paged by sort key.
import { INDEXES, type IndexName } from "../contract/table.ts";
import { type Item, queryIndexPage } from "./read.ts";

/** `before`: the last sort key of the page before. */
export type Page = { limit: number; before?: string | undefined };
/** `next`: the sort key where the next page starts, or null at the end. */
export type ListResult<T> = { items: T[]; next: string | null };

type Source<T> = {
  index: IndexName;
  partitions: readonly string[];
  page: Page;
  parse: (item: Item) => T;
  keep?: (value: T) => boolean;
};

/** Maximum rows examined per request, visible or not. A selective filter ends a page early, with a cursor. */
const MAX_EXAMINED = 2000;

/** Maximum rows per query. The page size doubles with each query, so that a selective filter needs few queries. */
const MAX_READ = 256;

/** Returns the next page of the merged partitions. Sort keys must be unique across all partitions. */
export async function listMerged<T>({
  index,
  partitions,
  page,
  parse,
  keep,
}: Source<T>): Promise<ListResult<T>> {
  const streams = await Promise.all(partitions.map((p) => Stream.open(index, p, page)));
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

/** Reads one partition ahead, page by page. `head` is the next row's sort key, "" at the end. */
class Stream {
  private readonly index: IndexName;
  private readonly partition: string;
  private size: number;
  private rows: Item[] = [];
  private more = true;

  private constructor(index: IndexName, partition: string, size: number) {
    this.index = index;
    this.partition = partition;
    this.size = size;
  }

  static async open(index: IndexName, partition: string, page: Page): Promise<Stream> {
    const stream = new Stream(index, partition, page.limit + 1);
    await stream.fill(page.before);
    return stream;
  }

  get head(): string {
    const row = this.rows[0];
    return row ? this.sortKeyOf(row) : "";
  }

  get first(): Item {
    const row = this.rows[0];
    if (!row) throw new Error("The partition has no more rows");
    return row;
  }

  async drop(): Promise<void> {
    const { head } = this;
    this.rows = this.rows.slice(1);
    if (this.rows.length === 0 && this.more) await this.fill(head);
  }

  private async fill(before: string | undefined): Promise<void> {
    const { items, more } = await queryIndexPage(this.index, this.partition, before, this.size);
    this.rows = items;
    this.more = more;
    this.size = Math.min(2 * this.size, MAX_READ);
  }

  private sortKeyOf(row: Item): string {
    return String(row[INDEXES[this.index].sortKey]);
  }
}
