// After the demo: where the console shows what has happened, and how to leave it running to look.
import { parseArgs } from "node:util";
import { HostError, lineOf } from "../platform/errors.ts";

/** `stay`: the service and its receiver go on until Ctrl-C. @throws HostError for an unknown option */
export function readDemoOptions(args: string[]): { stay: boolean } {
  try {
    return parseArgs({ args, options: { stay: { type: "boolean", default: false } } }).values;
  } catch (error) {
    throw new HostError(`${lineOf(error)}. Usage: npm run demo [-- --stay]`);
  }
}

/** `api`: of a service that goes on; null: it ends with the demo. */
export const describeConsole = (api: string | null) =>
  api === null
    ? `The same in a browser: npm run demo -- --stay leaves this service running and says where its console is.
Your own: npm start, then http://127.0.0.1:3000/console.`
    : `The service goes on until Ctrl-C. Its console: ${api}/console
  sign in as rob    the run of checkout with its attempts, and what may be run now
  sign in as ana    the runbook with its versions, and its automation with what it decided
  sign in as boss   reviews, the audit, and the controls that stop everything`;

export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
