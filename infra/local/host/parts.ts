// Types of the local stack: the parts that tests may replace, the database, and the running stack.

import type { RouteData } from "../api-gateway/route-table.ts";
import type { Schedules } from "../eventbridge/scheduler.ts";
import type { Limits } from "../lambda/concurrency.ts";
import type { LoadHandler } from "../lambda/lambda.ts";
import type { Identity } from "../oidc/identity.ts";
import type { Arns } from "../platform/arns.ts";
import type { Log } from "../platform/log.ts";
import type { RuleData } from "../sqs/queue-names.ts";
import type { Workflow } from "../step-functions/workflow-definition.ts";

/** Parts that a test may replace; the defaults come from the contract. */
export type Parts = {
  load: LoadHandler;
  routes: Readonly<Record<string, RouteData>>;
  rules: Readonly<Record<string, RuleData>>;
  schedules: Schedules;
  streamTargets: Readonly<Record<string, { target: string; prefix: string }>>;
  workflow: (arns: Arns) => Workflow;
  log: Log;
  concurrency: Limits;
  /** A running DynamoDB Local and a table in it. By default, the stack starts its own. */
  dynamoDb: { endpoint: string; tableName: string } | null;
  /** The clock of EventBridge Scheduler. */
  now: () => Date;
};

export type Host = {
  api: string;
  aws: string;
  dynamoDb: string;
  identity: Identity;
  arns: Arns;
  /** Resolves when DynamoDB Local ends unexpectedly. */
  failed: Promise<void>;
  stop: () => Promise<void>;
};

/** `answers` resolves once the database accepts requests. */
export type Database = {
  endpoint: string;
  tableName?: string;
  answers: Promise<void>;
  /** The folder of the data of this stack's own database. */
  folder?: string;
};
