// npm run cost: what AWS charges for a month, from the requests that tests count and the list prices.
import { billOf } from "./cost/bill.ts";
import { monthOf } from "./cost/month.ts";
import { readOptions } from "./cost/options.ts";
import { PRICE_LIST } from "./cost/prices.ts";
import { report } from "./cost/report.ts";

const { workload, problem } = readOptions(process.argv.slice(2));
if (workload === null) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
} else {
  const given = Object.entries(workload).map(([name, value]) => `${name} ${value}`);
  const { region, currency, date } = PRICE_LIST;
  const heading = `A month of ${given.join(", ")}; list prices of ${region} in ${currency}, ${date}, no free tier.`;
  process.stdout.write(report(billOf(monthOf(workload)), heading));
}
