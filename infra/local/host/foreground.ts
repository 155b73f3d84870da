// Runs the local stack in the foreground until Ctrl-C. Prints one line, `ready …`, to stdout and all else to stderr.
import { HostError, messageOf } from "../platform/errors.ts";
import { formatForPerson } from "../platform/pretty-log.ts";
import { startHost } from "./host.ts";
import { describeNextSteps } from "./next-steps.ts";
import { readSettings } from "./settings.ts";
import { readStartOptions } from "./start-options.ts";

const print = process.stdout.write.bind(process.stdout);
const tell = process.stderr.write.bind(process.stderr);
// Functions' loggers write to stdout, as Lambda expects. Redirect them to stderr.
process.stdout.write = tell;

/** Formats all later output of both streams for a person. */
function logForPerson(): void {
  const write = (text: string | Uint8Array) => {
    const formatted = formatForPerson(typeof text === "string" ? text : Buffer.from(text).toString());
    return formatted === "" || tell(formatted);
  };
  process.stdout.write = write;
  process.stderr.write = write;
}

const interrupted = new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
});

try {
  const options = readStartOptions(process.argv.slice(2));
  const settings = readSettings(process.env);
  if (settings.logFormat === "pretty") logForPerson();
  const host = await startHost(settings);
  print(`ready api=${host.api} aws=${host.aws} dynamodb=${host.dynamoDb}\n`);
  if (options.examples) {
    const { loadExamples } = await import("../examples/load-examples.ts");
    tell(await loadExamples(host.api, settings.dataDir));
  }
  tell(describeNextSteps(settings, host));
  const failed = await Promise.race([host.failed.then(() => true), interrupted.then(() => false)]);
  await host.stop();
  if (failed) throw new HostError("DynamoDB Local ended unexpectedly: see the log above, then start again.");
  process.exit(0);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
