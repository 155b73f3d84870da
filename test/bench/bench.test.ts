// npm run bench: what it is asked for, what it refuses, and that nothing is written unless it was measured.
import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, readDocument } from "../../infra/docs/documents.ts";
import { onlyLine, runCommand } from "../support/command.ts";
import { chartsOf, lineChart } from "./charts.ts";
import { figure, quantiles } from "./figures.ts";
import { readOptions } from "./options.ts";
import { PART_NAMES } from "./parts.ts";
import { readScaleOptions } from "./scale/options.ts";
import { requireBlocks, tableOf } from "./written.ts";

const bench = (args: string[], env: NodeJS.ProcessEnv = process.env) =>
  runCommand("../test/bench/main", args, { env });
/** The documents that parts write. */
const documents = () =>
  ["benchmarks", "architecture", "data-model"].map((name) => readDocument(`docs/${name}.md`));
const written = () => execFileSync("git", ["ls-files", "--others", "docs"], { cwd: ROOT, encoding: "utf8" });

describe("npm run bench", () => {
  it("runs all parts unless some are named, in the order of the list", () => {
    expect(readOptions([])).toEqual({ parts: PART_NAMES, list: false, problem: null });
    expect(readOptions(["events", "bundles"])).toMatchObject({ parts: ["bundles", "events"] });
  });

  it("lists its parts, each with what it measures, and measures nothing", async () => {
    const { code, stdout, stderr } = await bench(["--list"]);
    expect([code, stderr]).toEqual([0, ""]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.split(" ")[0])).toEqual(PART_NAMES);
  });

  it.each([
    [["everything"], /^"everything" is not a part: give some of bundles, /],
    [["bundles", "Loads"], /^"Loads" is not a part: /],
    [[""], /^"" is not a part: /],
    [["--quick"], /^"--quick" is not an option: /],
    [["--list=all"], /^"--list=all" is not an option: /],
    [["bundles", "bundles"], /^"bundles" is given twice: /],
  ])("of %j says in one line what to give, and writes nothing", async (args, line) => {
    const before = [documents(), written()];
    expect(onlyLine(await bench(args))).toMatch(line);
    expect([documents(), written()]).toEqual(before);
  });

  it("without Java says so before anything is measured, and writes nothing", async () => {
    const before = [documents(), written()];
    const line = onlyLine(await bench(["bundles", "counts"], { PATH: "/nowhere" }));
    expect(line).toMatch(/^Java 17 or newer is needed for DynamoDB Local: /);
    expect([documents(), written()]).toEqual(before);
  });
});

describe("docs/benchmarks.md", () => {
  it("has a block for each part", () => {
    expect(() => requireBlocks(PART_NAMES)).not.toThrow();
  });

  it("shows the median of the rounds and their spread, and the goal of a figure that has one", () => {
    expect(
      tableOf([figure("arrivals", "s", 3, 1, 2), figure("calls", "calls", 0)])
        .split("\n")
        .slice(2),
    ).toEqual(["| arrivals | 2 | 1 – 3 | 3 | s |", "| calls | 0 |  | 1 | calls |"]);
    expect(tableOf([figure("CPU time of Java for each run", "ms", 12.345678)])).toContain(
      "| CPU time of Java for each run | 12.35 |  | 1 | ms | 47 | ≤ 25 |",
    );
  });

  it("has medians of five rounds, one after the other, and no percentile of a round", () => {
    const times = Array.from({ length: 50 }, (_, n) => n);
    expect(quantiles("x", times)).toEqual([
      figure("x, p50", "ms", 4, 14, 24, 34, 44),
      figure("x, p99", "ms", 48),
    ]);
  });
});

describe("npm run bench:scale", () => {
  it.each([
    [[], /^Say how many: --items, one of 1000, /],
    [["1000"], /^"1000" is not an option: /],
    [["--items"], /^--items {2}cannot be used: /],
    [["--items", "-5"], /^--items -5 cannot be used: /],
    [["--items", "1000", "10000"], /^"10000" is too much: /],
  ])("of %j says in one line what to give, and writes nothing", async (args, line) => {
    const before = [documents(), written()];
    expect(onlyLine(await runCommand("../test/bench/scale/main", args))).toMatch(line);
    expect([documents(), written()]).toEqual(before);
  });

  it("measures all smaller sizes, too", () => {
    expect(readScaleOptions(["--items", "100000"])).toMatchObject({ sizes: [1_000, 10_000, 100_000] });
  });
});

describe("a chart", () => {
  const figures = [
    figure("CPU to load api-read", "÷ bare", 1.1, 1.2, 1.3),
    figure("CPU to load sweep", "÷ bare", 1),
  ];

  it("is the same for the same figures, and small", () => {
    const [chart] = chartsOf("loads", figures);
    expect(chartsOf("loads", figures)).toEqual([chart]);
    const lines = [{ name: "get", points: [[1_000, 2]] as const }];
    expect(lineChart("ms", "ms", lines)).toBe(lineChart("ms", "ms", lines));
    expect(chart?.file).toBe("docs/charts/loads.svg");
    expect(chart?.content).toMatch(/^<svg [\s\S]*>api-read<[\s\S]*>1\.2<[\s\S]*<\/svg>\n$/);
    expect(
      readdirSync(join(ROOT, "docs/charts")).map(
        (file) => statSync(join(ROOT, "docs/charts", file)).size < 40_000,
      ),
    ).not.toContain(false);
  });

  it("runs no script, and asks for nothing from elsewhere", () => {
    const points = [
      [1_000, 2],
      [10_000, 3],
    ] as const;
    for (const svg of [
      lineChart("ms", "ms", [{ name: "get", points }]),
      chartsOf("loads", figures)[0]?.content,
    ]) {
      expect(svg).not.toMatch(/<script|<style|href=|url\((?!#)/);
    }
  });

  it("is made of the parts that have one", () => {
    expect(PART_NAMES.flatMap((part) => chartsOf(part, figures)).map(({ file }) => file)).toEqual([
      "docs/charts/loads.svg",
      "docs/charts/invocations.svg",
    ]);
  });
});
