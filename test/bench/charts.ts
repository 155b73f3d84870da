// Charts as SVG, from figures alone: the same figures make the same bytes. Readable on a light and on a dark page.
import * as echarts from "echarts";
import { type Figure, medianOf, round } from "./figures.ts";
import type { PartName } from "./parts.ts";

/** Between white and black, so that both pages show it. */
const TEXT = "#768390";
const GRID = "#76839055";
const COLORS = ["#3b82f6", "#d97706", "#10b981", "#ec4899", "#8b5cf6", "#0ea5e9", "#84cc16", "#ef4444"];
const WIDTH = 760;

type Option = Parameters<ReturnType<typeof echarts.init>["setOption"]>[0];

/** `title` is on the picture, and for readers who do not see it. */
function toSvg(title: string, height: number, option: Option): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  chart.setOption({
    animation: false,
    color: COLORS,
    textStyle: { color: TEXT, fontFamily: "sans-serif" },
    title: { text: title, left: 0, textStyle: { color: TEXT, fontSize: 14 } },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  // Styles are for a page with scripts. Names are numbered over all charts of the process.
  const still = svg.replaceAll(/<style[\s\S]*?<\/style>| (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, "");
  return `${still.replaceAll(/\bzr\d+-/g, "zr-").replace(/^<svg[^>]*>/, `$&<title>${title}</title>`)}\n`;
}

const axis = (name: string) => ({
  name,
  nameTextStyle: { color: TEXT },
  axisLabel: { color: TEXT },
  splitLine: { lineStyle: { color: GRID } },
  axisLine: { lineStyle: { color: GRID } },
});

type Goal = { label: string; value: number };

/** A bar for each figure's median, the greatest on top, and a line for each goal. */
export function barChart(title: string, figures: readonly Figure[], goals: readonly Goal[]): string {
  const bars = figures
    .map(({ name, values }) => ({ name, value: round(medianOf(values)) }))
    .sort((a, b) => a.value - b.value || (a.name < b.name ? 1 : -1));
  return toSvg(title, bars.length * 18 + 90, {
    grid: { left: 250, right: 40, top: 50, bottom: 25 },
    xAxis: { type: "value", ...axis("") },
    yAxis: { type: "category", data: bars.map(({ name }) => name), ...axis("") },
    series: [
      {
        type: "bar",
        data: bars.map(({ value }) => value),
        label: { show: true, position: "right", color: TEXT },
        markLine: {
          symbol: "none",
          lineStyle: { color: TEXT },
          label: { color: TEXT, formatter: "{b}" },
          data: goals.map(({ label, value }) => ({ name: label, xAxis: value })),
        },
      },
    ],
  });
}

type Line = { name: string; points: readonly (readonly [number, number])[] };

/** Lines over sizes; both axes are logarithmic. */
export function lineChart(title: string, unit: string, lines: readonly Line[]): string {
  return toSvg(title, 420, {
    legend: { bottom: 0, textStyle: { color: TEXT, width: 310 } },
    grid: { left: 60, right: 30, top: 60, bottom: 130 },
    xAxis: { type: "log", min: lines[0]?.points[0]?.[0] ?? 1, ...axis("") },
    yAxis: { type: "log", ...axis(unit) },
    series: lines.map(({ name, points }) => ({
      name,
      type: "line",
      data: points.map((point) => [...point]),
    })),
  });
}

type Chart = { file: string; content: string };

/** Figures whose name begins so, without that beginning. */
const named = (figures: readonly Figure[], beginning: string): Figure[] =>
  figures.flatMap((figure) =>
    figure.name.startsWith(beginning) ? [{ ...figure, name: figure.name.slice(beginning.length) }] : [],
  );

const CHARTS: Readonly<Partial<Record<PartName, (figures: readonly Figure[]) => string>>> = {
  loads: (figures) =>
    barChart("CPU to load a function, ÷ a bare handler", named(figures, "CPU to load "), [
      { label: "goal", value: 1.2 },
    ]),
  invocations: (figures) =>
    barChart("CPU of an invocation, ÷ a bare handler", named(figures, "CPU of an invocation, "), [
      { label: "reads", value: 1.2 },
      { label: "writes", value: 1.5 },
    ]),
};

/** The charts of a part; most have none. */
export function chartsOf(part: PartName, figures: readonly Figure[]): Chart[] {
  const content = CHARTS[part]?.(figures);
  return content === undefined ? [] : [{ file: chartFile(part), content }];
}

export const chartFile = (name: string) => `docs/charts/${name}.svg`;
