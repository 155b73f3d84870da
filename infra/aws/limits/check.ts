// Holds a template against the limits of AWS. What is too large is told by the option that made it so.
import type { Options } from "../options/options.ts";
import { Refusal } from "../options/refusal.ts";
import { LIMITS, type Limit, type Measured, type Template } from "./limits.ts";

/** @throws Refusal with a line for each limit that the template is beyond */
export function requireWithinLimits(template: Template, options: Options): void {
  const lines = findLimitIssues(template, options);
  if (lines.length > 0) throw new Refusal(`AWS would not take this deployment:\n${lines.join("\n")}`);
}

/** Returns a line for each limit, not for each place: one long option makes many functions too large. */
export function findLimitIssues(template: Template, options: Options): string[] {
  const names = { stackName: options.stackName, resources: template.Resources };
  return LIMITS.flatMap((limit) => {
    const beyond = limit.measure(template, names).filter(({ size }) => size > limit.most);
    const [worst] = beyond.sort((a, b) => b.size - a.size);
    return worst ? describe(limit, worst, beyond.length - 1, options) : [];
  });
}

function describe({ what, most, unit }: Limit, worst: Measured, others: number, options: Options): string {
  const more = others > 0 ? ` (and of ${others} others)` : "";
  const size = `the ${what} of ${worst.place}${more} would have ${worst.size} ${unit}, AWS takes ${most}`;
  const blamed = worst.options.filter((name) => lengthOf(options[name]) > 0);
  const [largest] = worst.options.length > 1 ? byLength(blamed, options) : blamed;
  return largest === undefined
    ? `${size}. This is a defect of the service: report it.`
    : `${largest}: ${size}. Shorten it.`;
}

const byLength = (names: readonly (keyof Options)[], options: Options) =>
  [...names].sort((a, b) => lengthOf(options[b]) - lengthOf(options[a]));

/** Nothing where an option is left out, or names nothing. */
function lengthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return String(value ?? "").length;
  return Object.keys(value).length === 0 ? 0 : JSON.stringify(value).length;
}
