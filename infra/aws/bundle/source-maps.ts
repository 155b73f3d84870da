// Source maps for the stack traces in logs: of our own code only. Those of packages would be most of a function's size.
import { decode, encode, type SourceMapSegment } from "@jridgewell/sourcemap-codec";
import * as z from "zod";

const SourceMap = z.object({
  sources: z.array(z.string()),
  names: z.array(z.string()),
  mappings: z.string(),
});

/** Returns the map without positions in packages. In a stack trace those stay positions in the bundle. */
export function withoutPackages(map: string): string {
  const { sources, names, mappings } = SourceMap.parse(JSON.parse(map));
  const [keptSources, keptNames] = [new Kept(sources), new Kept(names)];
  const toKept = ([column, source, ...rest]: SourceMapSegment): SourceMapSegment => {
    if (source === undefined || isPackage(sources[source] ?? "")) return [column];
    const [line = 0, original = 0, name] = rest;
    const at = [column, keptSources.indexOf(source), line, original] as const;
    return name === undefined ? [...at] : [...at, keptNames.indexOf(name)];
  };
  const lines = decode(mappings).map((line) => withoutRepeats(line.map(toKept)));
  const kept = { sources: keptSources.values, names: keptNames.values, mappings: encode(lines) };
  return JSON.stringify({ version: 3, ...kept });
}

const isPackage = (source: string) => source.includes("node_modules/");

/** One segment says that nothing is known from here on: more of them in a row add nothing. */
const withoutRepeats = (line: readonly SourceMapSegment[]) =>
  line.filter((segment, index) => segment.length > 1 || line[index - 1]?.length !== 1);

/** The values of a list that are still in use, in the order of their first use. */
class Kept {
  readonly values: string[] = [];
  private readonly all: readonly string[];
  private readonly indexes = new Map<number, number>();

  constructor(all: readonly string[]) {
    this.all = all;
  }

  indexOf(old: number): number {
    const known = this.indexes.get(old) ?? this.values.push(this.all[old] ?? "") - 1;
    this.indexes.set(old, known);
    return known;
  }
}
