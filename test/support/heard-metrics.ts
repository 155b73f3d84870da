// What the service writes as metrics, in place of its output.
import { vi } from "vitest";
import * as z from "zod";

const Line = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.tuple([
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string() })),
      }),
    ]),
  }),
});

/** One line as CloudWatch reads it: the dimensions with their values, and each metric with its. */
type WrittenMetrics = {
  namespace: string;
  dimensions: Record<string, unknown>;
  metrics: Record<string, unknown>;
};

/** Each line from now on, until the mocks are restored. */
export function hearMetrics(): WrittenMetrics[] {
  const heard: WrittenMetrics[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    heard.push(...metricsIn(String(chunk)));
    return true;
  });
  return heard;
}

/** The lines of metrics in what a process has printed. */
export function metricsIn(printed: string): WrittenMetrics[] {
  return printed
    .split("\n")
    .filter((line) => line.includes("CloudWatchMetrics"))
    .map((line) => {
      const written = Line.parse(JSON.parse(line));
      const [{ Namespace, Dimensions, Metrics }] = written._aws.CloudWatchMetrics;
      const valuesOf = (names: string[]) => Object.fromEntries(names.map((name) => [name, written[name]]));
      return {
        namespace: Namespace,
        dimensions: valuesOf(Dimensions.flat()),
        metrics: valuesOf(Metrics.map(({ Name }) => Name)),
      };
    });
}
