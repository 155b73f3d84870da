// Every Lambda function of the contract: its name, kind and source file.
import { RULES, SCHEDULES, STREAM_TARGETS } from "../../shared/contract/events.ts";
import { ALL_ROUTES } from "../../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../../shared/contract/unknown-route.ts";
import { RECORD_CALLBACK, WORKFLOW_FUNCTIONS } from "../../shared/contract/workflow.ts";

export type Kind = "api" | "workflow" | "events";
/** `name`: name of the Lambda function and its file. `file`: path from the project's root; it exports `handler`. */
export type Entry = { name: string; kind: Kind; file: string };

const targets = [RULES, SCHEDULES, STREAM_TARGETS].flatMap((kind) =>
  Object.values<{ target: string }>(kind).map(({ target }) => target),
);

const NAMES: Record<Kind, readonly string[]> = {
  api: [...ALL_ROUTES.map(([name]) => name), UNKNOWN_ROUTE.name],
  workflow: [...Object.values(WORKFLOW_FUNCTIONS), RECORD_CALLBACK],
  events: [...new Set(targets)],
};

export const ENTRIES: readonly Entry[] = (Object.keys(NAMES) as Kind[]).flatMap((kind) =>
  NAMES[kind].map((name) => ({ name, kind, file: `functions/${kind}/${name}.ts` })),
);
