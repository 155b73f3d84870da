// Finds what axe holds against a page: the rules of WCAG 2.2 AA, and its own good practices.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

type Violation = { id: string; help: string; nodes: { html: string }[] };

/** Returns each violation in one line; none: the page is as it should be. */
export async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async (rules) => {
    const axe = Reflect.get(globalThis, "axe") as {
      run: (element: Document, options: object) => Promise<{ violations: Violation[] }>;
    };
    return (await axe.run(document, { runOnly: rules })).violations;
  }, RULES);
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html.slice(0, 200)}`);
}
