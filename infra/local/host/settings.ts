// Settings of the local stack: ports, data folder, table, region and log format.

import { resolve } from "node:path";
import * as z from "zod";
import { describeIssues, readInput } from "../../../shared/contract/read-input.ts";
import type { ApiKind } from "../api-gateway/gateway.ts";
import { DEFAULT_REGION } from "../platform/arns.ts";
import { HostError } from "../platform/errors.ts";

const port = (usual: string) =>
  z
    .string()
    .regex(/^\d{1,5}$/, "must be a port number; 0 picks a free one")
    .default(usual)
    .transform(Number)
    .refine((number) => number <= 65_535, "must be at most 65535");

const Settings = z.object({
  PORT: port("3000"),
  AWS_PORT: port("4566"),
  DYNAMODB_PORT: port("0"),
  DATA_DIR: z.string().min(1).default(".local"),
  DYNAMODB_TABLE: z
    .string()
    .regex(/^[\w.-]{3,255}$/, "must be 3 to 255 of a-z, A-Z, 0-9, _, . and -")
    .optional(),
  AWS_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region like eu-central-1")
    .default(DEFAULT_REGION),
  API_KIND: z.enum(["http", "rest"]).default("http"),
  LOG_FORMAT: z.enum(["json", "pretty"]).default("json"),
});

/** The ports that a user may set. */
const PORTS = ["PORT", "AWS_PORT", "DYNAMODB_PORT"] as const;
export const SETTINGS: readonly string[] = Object.keys(Settings.shape);

export type Settings = {
  apiPort: number;
  awsPort: number;
  dynamoDbPort: number;
  dataDir: string;
  /** The table in the stack's own database; undefined: the usual one. */
  tableName?: string | undefined;
  region: string;
  /** That the gateway stands in for; by default an HTTP API. */
  apiKind?: ApiKind;
};
type LogFormat = z.output<typeof Settings>["LOG_FORMAT"];

/** An empty variable counts as not set. */
export function readSettings(
  source: Record<string, string | undefined>,
): Settings & { logFormat: LogFormat } {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value));
  const read = readInput(Settings, given);
  if (!read.ok) throw new HostError(`${describeIssues(read.issues, "the environment")}.`);
  const same = PORTS.filter((name) => isTaken(read.data, name));
  if (same.length > 0) throw new HostError(`${same.join(" and ")} must be different ports, or 0.`);
  const { PORT, AWS_PORT, DYNAMODB_PORT, DATA_DIR, DYNAMODB_TABLE, AWS_REGION, API_KIND, LOG_FORMAT } =
    read.data;
  return {
    apiPort: PORT,
    awsPort: AWS_PORT,
    dynamoDbPort: DYNAMODB_PORT,
    dataDir: resolve(DATA_DIR),
    tableName: DYNAMODB_TABLE,
    region: AWS_REGION,
    apiKind: API_KIND,
    logFormat: LOG_FORMAT,
  };
}

function isTaken(ports: Record<(typeof PORTS)[number], number>, name: (typeof PORTS)[number]): boolean {
  return ports[name] !== 0 && PORTS.some((other) => other !== name && ports[other] === ports[name]);
}
