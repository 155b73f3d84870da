// Runs the local host in the foreground, until Ctrl-C. Standard output carries one line, `ready …`; all else goes to stderr.
import { HostError, messageOf } from "../platform/errors.ts";
import { formatForPerson } from "../platform/pretty-log.ts";
import { startHost } from "./host.ts";
import { describeNextSteps } from "./next-steps.ts";
import { readSettings } from "./settings.ts";

const print = process.stdout.write.bind(process.stdout);
const tell = process.stderr.write.bind(process.stderr);
// Loggers of functions write to standard output, as Lambda wants it.
process.stdout.write = tell;

/** Whatever is written to either stream from now on is read by a person. */
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
  const settings = readSettings(process.env);
  if (settings.logFormat === "pretty") logForPerson();
  const host = await startHost(settings);
  print(`ready api=${host.api} aws=${host.aws} dynamodb=${host.dynamoDb}\n`);
  tell(describeNextSteps(settings, host));
  const failed = await Promise.race([host.failed.then(() => true), interrupted.then(() => false)]);
  await host.stop();
  if (failed) throw new HostError("DynamoDB Local ended by itself: see the log above, then start again.");
  process.exit(0);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
