// The name of every Lambda function, by what calls it, and of its log group. On AWS the stack's name stands before both.
import { AUTHORIZER_FUNCTION } from "./authorizer.ts";
import { RULES, SCHEDULES, STREAM_TARGETS } from "./events.ts";
import { POOL_TRIGGERS } from "./identity.ts";
import { PAGES_FUNCTION } from "./pages.ts";
import { WIDGETS_FUNCTION } from "./widgets.ts";
import { RECORD_CALLBACK, WORKFLOW_FUNCTIONS } from "./workflow.ts";

/** What a class of routes is for, and what its role never may, whichever routes come to it. */
export const ROUTE_CLASSES = {
  read: "Answers what is stored, or what would happen. Writes nothing, encrypts and decrypts nothing.",
  run: "Starts, repeats and cancels executions. Writes no version, no approval, and no audit of runbooks.",
  manage: "Changes runbooks and automations. Starts nothing, writes no approval, decrypts nothing.",
  approve: "Decides for the platform: the only class that writes approvals. Starts nothing.",
  controls:
    "Pauses, resumes and freezes: the only class that writes what stops a start. Nothing else takes up its room.",
  signing: "Opens and renews signing secrets: the only class that decrypts them. Writes no version.",
  intake:
    "Takes messages of sources: the only class that decrypts their secrets. Starts and decides nothing.",
  public: "Answers callers without a token. Writes nothing itself and decrypts nothing.",
} as const satisfies Record<string, string>;
export type RouteClass = keyof typeof ROUTE_CLASSES;
export const CLASS_NAMES = Object.keys(ROUTE_CLASSES) as RouteClass[];

/** Returns the name of the function of a class. */
export const functionOfClass = (name: RouteClass) => `api-${name}` as const;

/**
 * `identity`: only where the stack has a user pool of its own. `authorizer`: only where a REST API has none. `console`:
 * what browsers show, `widgets`: what the AWS console shows.
 */
export type FunctionKind = "api" | "workflow" | "events" | "identity" | "authorizer" | "console" | "widgets";

const targets = [RULES, SCHEDULES, STREAM_TARGETS].flatMap((kind) =>
  Object.values<{ target: string }>(kind).map(({ target }) => target),
);

export const FUNCTION_NAMES: Readonly<Record<FunctionKind, readonly string[]>> = {
  api: CLASS_NAMES.map(functionOfClass),
  workflow: [...Object.values(WORKFLOW_FUNCTIONS), RECORD_CALLBACK],
  events: [...new Set(targets)],
  identity: Object.values(POOL_TRIGGERS).map(({ target }) => target),
  authorizer: [AUTHORIZER_FUNCTION],
  console: [PAGES_FUNCTION],
  widgets: [WIDGETS_FUNCTION],
};

/** Lambda makes one of this name by itself, kept for ever, where the stack does not. */
export const logGroupOf = (serviceName: string, functionName: string): string =>
  `/aws/lambda/${serviceName}-${functionName}`;
