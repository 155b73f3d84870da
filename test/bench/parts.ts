// The parts of `npm run bench`, in the order in which they run: each has its own block in docs/benchmarks.md.
import type { Figure, Outcome } from "./figures.ts";

type Measured = Outcome | readonly Figure[];
/** `java`: it starts DynamoDB Local. `load`: its code, which another part need not load. */
type Part = { about: string; java: boolean; load: () => Promise<() => Promise<Measured>> };

export const PARTS = {
  bundles: {
    about: "how large the functions are, and by what packages; writes docs/architecture.md",
    java: false,
    load: async () => (await import("./bundles.ts")).benchBundles,
  },
  loads: {
    about: "CPU time and bytes to load each function, against a bare handler",
    java: false,
    load: async () => (await import("./loads.ts")).benchLoads,
  },
  invocations: {
    about: "CPU time of an invocation of each route and function, against a bare handler with the same calls",
    java: true,
    load: async () => (await import("./invocations/invocations.ts")).benchInvocations,
  },
  counts: {
    about: "what a run asks of AWS, and each access pattern consumes; writes docs/data-model.md",
    java: true,
    load: async () => (await import("./data-model.ts")).benchCounts,
  },
  templates: {
    about: "checking and rendering templates",
    java: false,
    load: async () => (await import("./template.ts")).benchTemplate,
  },
  parameters: {
    about: "checking and applying parameters, and agreement with Ajv",
    java: false,
    load: async () => (await import("./parameters.ts")).benchParameters,
  },
  delivery: {
    about: "one attempt over http and https, checks at save, masking",
    java: false,
    load: async () => (await import("./delivery.ts")).benchDelivery,
  },
  host: {
    about: "the local stack: until ready, until an answer, answers a second, start to the receiver's socket",
    java: true,
    load: async () => (await import("./host.ts")).benchHost,
  },
  throughput: {
    about: "the local stack: runs a second, and their CPU time",
    java: true,
    load: async () => (await import("./throughput.ts")).benchThroughput,
  },
  events: {
    about: "the local stack: an event to the receiver's socket, and 1,000 incidents published twice",
    java: true,
    load: async () => (await import("./events.ts")).benchEvents,
  },
  "command-line": {
    about: "the bundled command line: until --help is there, against a Node that does nothing",
    java: false,
    load: async () => (await import("./command-line.ts")).benchCommandLine,
  },
  durations: {
    about: "how long each function works on the local stack",
    java: true,
    load: async () => (await import("./durations.ts")).benchDurations,
  },
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as PartName[];
