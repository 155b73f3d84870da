// What templates cost: checking them at save, at their worst, and rendering a usual payload.
import type { JsonObject } from "../../shared/domain/json.ts";
import { checkTemplate } from "../../shared/webhook/template/check.ts";
import { renderTemplate } from "../../shared/webhook/template/render.ts";
import type { Shape } from "../../shared/webhook/template/shape.ts";
import { type Figure, figure, inRounds, medianOf, quantiles, timesOf } from "./figures.ts";

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

export async function benchTemplate(): Promise<Figure[]> {
  const check = (source: string) => () => checkTemplate(source, "json", shape);
  const rounds = await inRounds(() => heavyTimes(check));
  const usual = await timesOf(300, check(PAYLOAD));
  const renders = await timesOf(2_000, () => renderTemplate(PAYLOAD, "json", context, shape));
  const dear = await timesOf(20, () =>
    renderTemplate("{{#each list}}{{json this}}{{/each}}", "value", wide, shape),
  );
  return [
    figure("template check, the worst source", "ms", ...rounds),
    ...quantiles("template check, usual payload", usual),
    ...quantiles("template render, usual payload", renders),
    ...quantiles("template render, 10,000 loop passes", dear),
  ];
}

async function heavyTimes(check: (source: string) => () => unknown): Promise<number> {
  const medians: number[] = [];
  for (const source of HEAVY) medians.push(medianOf(await timesOf(6, check(source))));
  return Math.max(...medians);
}

const wide: JsonObject = { list: Array.from({ length: 10_000 }, (_, i) => i) };
