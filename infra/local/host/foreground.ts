// Runs the local host in the foreground, until Ctrl-C. Standard output carries one line, `ready …`; logs go to stderr.
import { HostError, messageOf } from "../platform/errors.ts";
import { startHost } from "./host.ts";
import { readSettings } from "./settings.ts";

const print = process.stdout.write.bind(process.stdout);
// Loggers of functions write to standard output, as Lambda wants it.
process.stdout.write = process.stderr.write.bind(process.stderr);

const interrupted = new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
});

try {
  const starting = startHost(readSettings(process.env));
  const host = await starting;
  print(`ready api=${host.api} aws=${host.aws} dynamodb=${host.dynamoDb}\n`);
  const failed = await Promise.race([host.failed.then(() => true), interrupted.then(() => false)]);
  await host.stop();
  if (failed) throw new HostError("DynamoDB Local ended by itself: see the log above, then start again.");
  process.exit(0);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
