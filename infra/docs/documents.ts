// Builds every document that is generated from data, wholly or in part.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as api from "./api-tables.ts";
import * as approval from "./approval-tables.ts";
import { clientTable } from "./client-table.ts";
import * as controls from "./control-tables.ts";
import * as cost from "./cost-tables.ts";
import { eventsDocument } from "./events-document.ts";
import { compactJson, examplesText } from "./example-text.ts";
import { readExamples } from "./examples.ts";
import * as fields from "./field-tables.ts";
import { fileSchemas } from "./file-schemas.ts";
import { withBlocks } from "./markdown.ts";
import { buildOpenApiDocument } from "./openapi/document.ts";
import * as operation from "./operation-tables.ts";
import * as sources from "./source-tables.ts";
import { targetBlocks } from "./target-tables.ts";
import { toolTable } from "./tool-table.ts";
import * as troubleshooting from "./troubleshooting.ts";
import * as webhook from "./webhook-tables.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** File → block name → function that returns the block's content. */
const BLOCKS: Record<string, Record<string, () => string>> = {
  "docs/api.md": {
    routes: api.routeTable,
    "error-codes": api.errorTable,
    "issue-codes": api.issueTable,
    "run-errors": api.executionErrorTable,
    permissions: api.permissionTable,
    transitions: api.transitionTable,
    limits: api.limitTable,
    examples: () => examplesText(examples()),
    parameters: fields.parameterFields,
    values: fields.valueFields,
    requests: fields.requestFields,
    answers: fields.answerFields,
  },
  "docs/sources.md": { kinds: sources.kindTable, schemes: sources.schemeTable, fields: sources.fieldTable },
  "docs/approval.md": { risk: approval.riskTable, "case-facts": approval.caseFactsTable },
  "docs/webhooks.md": {
    helpers: webhook.helperTable,
    context: webhook.contextTable,
    "template-limits": webhook.templateLimitTable,
    keywords: webhook.keywordTable,
    formats: webhook.formatTable,
    "parameter-limits": webhook.parameterLimitTable,
    statuses: webhook.statusTable,
    "call-limits": webhook.callLimitTable,
  },
  "docs/how-to/targets.md": targetBlocks,
  "docs/operations.md": {
    states: () => operation.stateTable(join(ROOT, "infra/execution.asl.json")),
    background: operation.backgroundTable,
    alarms: operation.alarmTable,
    graphs: operation.graphTable,
    queries: operation.savedQueries,
    variables: operation.variableTable,
  },
  "docs/troubleshooting.md": {
    answers: troubleshooting.answerTable,
    executions: troubleshooting.executionTable,
    skips: troubleshooting.skipTable,
    rejections: troubleshooting.rejectionTable,
  },
  "docs/controls.md": {
    "security-hub": controls.hubTable,
    "asvs-sum": controls.asvsSum,
    asvs: controls.asvsTable,
  },
  "docs/cost.md": {
    run: cost.runTable,
    bill: cost.billTable,
    dominating: cost.dominatingTable,
    idle: cost.idleTable,
    "route-metrics": cost.routeMetricsTable,
    "watched-metrics": cost.watchedMetricsTable,
    operations: cost.operationTable,
    prices: cost.priceTable,
    assumptions: cost.assumptionTable,
  },
  "docs/architecture.md": { "time-limits": operation.timeLimitTable, classes: operation.classTable },
};

type Document = { file: string; text: string };

/** One recorded exchange for each route. `npm run docs` records them again. */
export const EXAMPLES_FILE = "infra/docs/examples.json";
const examples = () => readExamples(join(ROOT, EXAMPLES_FILE));

/** Returns the current text of all documents, with the last recorded examples. */
export function documents(): Document[] {
  const partly = Object.entries(BLOCKS).map(([file, blocks]) => {
    const contents = Object.entries(blocks).map(([name, make]) => [name, make()]);
    return { file, text: withBlocks(readDocument(file), Object.fromEntries(contents)) };
  });
  return [
    ...partly,
    { file: "docs/events.md", text: eventsDocument() },
    { file: "docs/openapi.json", text: openApiText() },
    { file: "clients/api-client/route-table.ts", text: clientTable() },
    { file: "clients/mcp/tools.json", text: `${compactJson(toolTable())}\n` },
    ...schemaFiles(),
  ];
}

const schemaFiles = (): Document[] =>
  Object.entries(fileSchemas()).map(([name, schema]) => ({
    file: `clients/cli/as-code/schemas/${name}`,
    text: `${compactJson(schema)}\n`,
  }));

/** Returns the OpenAPI document with one line for each schema and each field of an operation, so that diffs stay small. */
export const openApiText = () => `${compactJson(buildOpenApiDocument(examples()), 4)}\n`;

export const readDocument = (file: string) => readFileSync(join(ROOT, file), "utf8");
