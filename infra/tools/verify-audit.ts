// npm run verify-audit: finds audit entries that were altered, removed or moved. Exit code 1 if there are any.
import { verifyAudit } from "../../shared/application/audit/verify-audit.ts";
import {
  applyToolVariables,
  readToolEnvironment,
  type ToolEnvironment,
  ToolError,
} from "./table/environment.ts";
import { explainFailure, type TableLocation } from "./table/failures.ts";

const USAGE =
  "Usage: TABLE_NAME=… AWS_REGION=… npm run -s verify-audit (on a local stack AWS_ENDPOINT_URL_DYNAMODB=… instead of the region)";
/** Exit code if the table could not be read. Exit code 1 means that the audit was tampered with. */
const UNREADABLE = 2;

async function verify({ variables, table }: ToolEnvironment): Promise<number> {
  applyToolVariables(variables);
  const { chains, entries, findings } = await verifyAudit();
  if (chains === 0) throw new ToolError(nothingFound(table));
  for (const { problem, chain, sequence, message } of findings) {
    const place = sequence === null ? "" : ` entry ${sequence}`;
    process.stdout.write(`${problem.padEnd(10)} ${chain}${place}: ${message}\n`);
  }
  const verdict = findings.length === 0 ? "all is as it was written" : `${findings.length} findings`;
  process.stdout.write(`${chains} chains with ${entries} entries: ${verdict}.\n`);
  return findings.length === 0 ? 0 : 1;
}

/** An empty table proves nothing, so it is an error. */
const nothingFound = (table: string) =>
  `There is nothing to verify in the table ${table}: no runbook was ever created in it, or it is not the table of this service. Check TABLE_NAME.`;

let location: TableLocation = { table: "", endpoint: null };
try {
  if (process.argv.length > 2) throw new ToolError(USAGE);
  const around = readToolEnvironment(process.env);
  location = around;
  process.exitCode = await verify(around);
} catch (error) {
  process.stderr.write(`${explainFailure(error, location)}\n`);
  process.exitCode = UNREADABLE;
}
