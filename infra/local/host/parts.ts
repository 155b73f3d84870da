// What the local host is made of: the parts that a test may replace, its database, and what it answers once it runs.

import type { RouteData } from "../api-gateway/route-table.ts";
import type { Schedules } from "../eventbridge/scheduler.ts";
import type { LoadHandler } from "../lambda/lambda.ts";
import type { Identity } from "../oidc/identity.ts";
import type { Arns } from "../platform/arns.ts";
import type { Log } from "../platform/log.ts";
import type { RuleData } from "../sqs/queue-names.ts";
import type { Workflow } from "../step-functions/workflow-definition.ts";

/** What a test may put in place of the contract's own. */
export type Parts = {
  load: LoadHandler;
  routes: Readonly<Record<string, RouteData>>;
  rules: Readonly<Record<string, RuleData>>;
  schedules: Schedules;
  streamTargets: Readonly<Record<string, { target: string }>>;
  workflow: (arns: Arns) => Workflow;
  log: Log;
  /** A DynamoDB Local that runs already, and a table of its own in it; else one is started. */
  dynamoDb: { endpoint: string; tableName: string } | null;
};

export type Host = {
  api: string;
  aws: string;
  dynamoDb: string;
  identity: Identity;
  arns: Arns;
  /** Settles when DynamoDB Local ends although nobody stopped it. */
  failed: Promise<void>;
  stop: () => Promise<void>;
};

/** `answers` settles once the database can be asked. */
export type Database = { endpoint: string; tableName?: string; answers: Promise<void> };
