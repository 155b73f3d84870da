// Lists over several index partitions, merged newest first, filtered, in pages that resume at a sort key.
import { INDEXES, type IndexName } from "../contract/table.ts";
import { type Item, indexPage } from "./read.ts";

/** `before` is the sort key that the last page ended with. */
export type Page = { limit: number; before?: string | undefined };
/** `next` is the sort key to go on from, or null at the end. */
export type Listed<T> = { items: T[]; next: string | null };

type Source<T> = {
  index: IndexName;
  partitions: readonly string[];
  page: Page;
  parse: (item: Item) => T;
  keep?: (value: T) => boolean;
};

/** Rows that one request examines at most, kept or not: a filter that matches little ends a page early, with a cursor. */
const MAX_EXAMINED = 2000;

/** The next rows of the merged partitions; each partition's rows are unique by sort key across all of them. */
export async function listMerged<T>({ index, partitions, page, parse, keep }: Source<T>): Promise<Listed<T>> {
  const streams = await Promise.all(partitions.map((p) => Stream.open(index, p, page)));
  const items: T[] = [];
  let last: string | null = null;
  for (let examined = 0; ; examined++) {
    const newest = newestOf(streams);
    if (!newest) return { items, next: null };
    if (items.length === page.limit || examined === MAX_EXAMINED) return { items, next: last };
    const row = await newest.take();
    last = String(row[INDEXES[index].sortKey]);
    const value = parse(row);
    if (!keep || keep(value)) items.push(value);
  }
}

function newestOf(streams: readonly Stream[]): Stream | undefined {
  return streams.reduce<Stream | undefined>((best, s) => (s.head > (best?.head ?? "") ? s : best), undefined);
}

/** One partition, read ahead page by page. `head` is the next row's sort key, "" at the end. */
class Stream {
  private readonly index: IndexName;
  private readonly partition: string;
  private readonly size: number;
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

  async take(): Promise<Item> {
    const [row, ...rest] = this.rows;
    if (!row) throw new Error("The partition has no more rows");
    this.rows = rest;
    if (rest.length === 0 && this.more) await this.fill(this.sortKeyOf(row));
    return row;
  }

  private async fill(before: string | undefined): Promise<void> {
    const { items, more } = await indexPage(this.index, this.partition, before, this.size);
    this.rows = items;
    this.more = more;
  }

  private sortKeyOf(row: Item): string {
    return String(row[INDEXES[this.index].sortKey]);
  }
}
