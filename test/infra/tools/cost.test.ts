// npm run cost: its figures add up, and a wrong option is one line that names it.
import { describe, expect, it } from "vitest";
import { billOf, type Line, totalOf } from "../../../infra/tools/cost/bill.ts";
import { monthOf, type Workload } from "../../../infra/tools/cost/month.ts";
import { PRICE_LIST, PRICES, type PriceName } from "../../../infra/tools/cost/prices.ts";
import { idleBill, rowsOf } from "../../../infra/tools/cost/report.ts";
import { RESOURCES } from "../../../infra/tools/cost/resources.ts";
import { onlyLine, runCommand } from "../../support/command.ts";

const NONE: Workload = { runs: 0, reads: 0, failed: 0, incidents: 0, attempts: 1 };
const bill = (workload: Partial<Workload>) => billOf(monthOf({ ...NONE, ...workload }));
const quantityOf = (lines: readonly Line[], name: PriceName) =>
  lines.filter(({ price }) => price === name).reduce((sum, { quantity }) => sum + quantity, 0);
const beyondIdle = (workload: Partial<Workload>, name: PriceName) =>
  quantityOf(bill(workload), name) - quantityOf(bill({}), name);

describe("a bill", () => {
  it("without runs is what is paid when nothing runs", () => {
    expect(bill({})).toEqual(idleBill());
    for (const name of ["api request", "state transition", "custom event", "write unit"] as const) {
      expect(quantityOf(bill({}), name), name).toBe(0);
    }
  });

  it("is the sum of its services, whose shares make a whole", () => {
    const lines = bill({ runs: 1e6, reads: 2e6, failed: 0.1, incidents: 5000, attempts: 1.5 });
    const rows = rowsOf(lines);
    expect(rows.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(totalOf(lines), 6);
    expect(rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it("pays each state that is entered: of successes, failures and further attempts", () => {
    expect(beyondIdle({ runs: 1000 }, "state transition")).toBe(3000);
    expect(beyondIdle({ runs: 1000, failed: 1 }, "state transition")).toBe(5000);
    expect(beyondIdle({ runs: 1000, attempts: 3 }, "state transition")).toBe(9000);
    expect(beyondIdle({ incidents: 1000 }, "state transition")).toBe(3000);
  });

  it("pays requests of callers to the API, and none of incidents", () => {
    expect(beyondIdle({ runs: 10, reads: 5 }, "api request")).toBe(15);
    expect(beyondIdle({ incidents: 10 }, "api request")).toBe(0);
    expect(beyondIdle({ incidents: 10 }, "queue request")).toBe(30);
  });

  it("grows with the runs in proportion", () => {
    const [some = 0, more = 0, most = 0] = [1e5, 2e5, 4e5].map((runs) => totalOf(bill({ runs })));
    expect(most - more).toBeCloseTo(2 * (more - some), 6);
  });

  it("has the metrics of runs where there are runs, however many", () => {
    const metrics = (runs: number) => beyondIdle({ runs }, "metric");
    expect([0, 1, 1e6].map(metrics)).toEqual([0, RESOURCES.runMetrics, RESOURCES.runMetrics]);
  });
});

it("each price names its page", () => {
  for (const [name, { usd, per, source }] of Object.entries(PRICES)) {
    expect(usd * per, name).toBeGreaterThan(0);
    expect(source, name).toMatch(/^https:\/\/aws\.amazon\.com\/[\w/-]+\/$/);
  }
});

describe("the command", () => {
  const cost = (...args: string[]) => runCommand("tools/cost", args);

  it("prints services, amounts, shares, the total, and what is paid when nothing runs", async () => {
    const { code, stdout, stderr } = await cost("--runs", "1000000", "--region", PRICE_LIST.region);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^A month of runs 1000000, .*us-east-1 in USD, 2026-11/);
    expect(stdout).toMatch(/^Step Functions +75\.00 +\d+\.\d %$/m);
    expect(stdout).toMatch(/^total +\d+\.\d\d +100\.0 %$/m);
    expect(stdout).toMatch(/^When nothing runs it is \d+\.\d\d: CloudWatch/m);
    expect(stdout).toMatch(/^When nothing runs, nobody pays for .*Step Functions/m);
  });

  it.each([
    ["an unknown option", ["--rums", "5"], /^"--rums" is not an option: give --runs, --reads/],
    ["a word", ["much"], /^"much" is not an option/],
    ["no value", ["--runs"], /^--runs needs a value: a number of 0 or more/],
    ["another option for a value", ["--runs", "--reads", "5"], /^--runs needs a value/],
    ["a negative number", ["--reads", "-5"], /^--reads -5 cannot be used: it must be a number of 0 or more/],
    ["what is no number", ["--incidents", "many"], /^--incidents many cannot be used/],
    ["nothing for a number", ["--runs", ""], /^--runs {2}cannot be used/],
    ["a share above one", ["--failed", "2"], /^--failed 2 cannot be used: it must be a number from 0 to 1/],
    ["less than one attempt", ["--attempts", "0"], /^--attempts 0 cannot be used/],
    [
      "another region",
      ["--region", "mars-north-1"],
      /^--region mars-north-1 has no price list here: us-east-1/,
    ],
    ["an option twice", ["--runs", "1", "--runs", "2"], /^--runs is given twice/],
  ])("refuses %s in one line", async (_what, args, line) => {
    expect(onlyLine(await cost(...args))).toMatch(line);
  });
});
