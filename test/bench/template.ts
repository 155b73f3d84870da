// What templates cost: checking them at save, at their worst, and rendering a usual payload.
import type { JsonObject } from "../../shared/domain/json.ts";
import { checkTemplate } from "../../shared/webhook/template/check.ts";
import { renderTemplate } from "../../shared/webhook/template/render.ts";
import type { Shape } from "../../shared/webhook/template/shape.ts";

const any: Shape = { kind: "any" };
const shape: Shape = {
  kind: "object",
  fields: { a: any, text: { kind: "scalar" }, list: { kind: "array", items: any } },
};
const context: JsonObject = { a: { region: "eu" }, text: 'O\'Brien "x"', list: [1, "two", null] };

const PAYLOAD = `{
  "text": "Disk of {{text}} is full",
  "metadata": {{json a}},
  {{#if text}}"who": "{{uppercase text}}",{{/if}}
  "items": [{{#each list}}{{this}}{{#unless @last}},{{/unless}}{{/each}}]
}`;

/** The dearest sources that pass the limits of size, and some that do not. */
const HEAVY: string[] = [
  `{{json ${"a ".repeat(500)}}}`.repeat(32),
  `[${"{{a}},".repeat(499)}{{a}}]`,
  `{{#if a}}1${"{{else if a}}1".repeat(490)}{{else}}2{{/if}}`,
  `${"[{{#each list}}".repeat(30)}1${"{{#unless @last}},{{/unless}}{{/each}}]".repeat(30)}`,
  `[${"1,".repeat(32_000)}1]`,
  `"${"\\n".repeat(32_000)}"`,
  `${"{{#if a}}".repeat(250)}1${"{{/if}}".repeat(250)}`,
  "{{nope}}".repeat(500),
  "{{a}}".repeat(13_000),
];

export async function benchTemplate(): Promise<Array<{ name: string; unit: string; value: number }>> {
  const checks = HEAVY.flatMap((source) => sample(30, () => checkTemplate(source, "json", shape)));
  const usual = sample(300, () => checkTemplate(PAYLOAD, "json", shape));
  const renders = sample(2_000, () => renderTemplate(PAYLOAD, "json", context, shape));
  const dear = sample(20, () => renderTemplate("{{#each list}}{{json this}}{{/each}}", "value", wide, shape));
  return [
    { name: "template check, worst sources, p99", unit: "ms", value: percentile(checks, 0.99) },
    { name: "template check, usual payload, p50", unit: "ms", value: percentile(usual, 0.5) },
    { name: "template render, usual payload, p50", unit: "ms", value: percentile(renders, 0.5) },
    { name: "template render, usual payload, p99", unit: "ms", value: percentile(renders, 0.99) },
    { name: "template render, 10,000 loop passes, p50", unit: "ms", value: percentile(dear, 0.5) },
  ];
}

const wide: JsonObject = { list: Array.from({ length: 10_000 }, (_, i) => i) };

function sample(times: number, run: () => unknown): number[] {
  return Array.from({ length: times }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
}

function percentile(times: number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return (
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 1000) / 1000
  );
}
