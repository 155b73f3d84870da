// npm run verify-audit: looks for audit entries that were altered, removed or moved; exit code 1 if there are any.
import { verifyAudit } from "../../shared/operations/verify-audit.ts";

try {
  const { chains, entries, findings } = await verifyAudit();
  for (const { problem, chain, sequence, message } of findings) {
    const place = sequence === null ? "" : ` entry ${sequence}`;
    process.stdout.write(`${problem.padEnd(10)} ${chain}${place}: ${message}\n`);
  }
  const verdict = findings.length === 0 ? "all is as it was written" : `${findings.length} findings`;
  process.stdout.write(`${chains} chains with ${entries} entries: ${verdict}.\n`);
  process.exitCode = findings.length === 0 ? 0 : 1;
} catch (error) {
  const told = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `The audit could not be read: ${told} TABLE_NAME names the table; AWS_REGION and the AWS_ENDPOINT_URL_DYNAMODB of a local host say where it is.\n`,
  );
  process.exitCode = 2;
}
