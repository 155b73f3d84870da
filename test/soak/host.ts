// The local stack as a process of its own, over a DynamoDB Local that is there already and behind a proxy of indexes.
import { startHost } from "../../infra/local/host/host.ts";
import { readSettings } from "../../infra/local/host/settings.ts";

const { SOAK_TABLE: tableName = "", SOAK_ENDPOINT: endpoint = "" } = process.env;
const print = process.stdout.write.bind(process.stdout);
// What functions log goes where the parent does not look.
process.stdout.write = process.stderr.write.bind(process.stderr);

await startHost(readSettings(process.env), { dynamoDb: { endpoint, tableName } });
print("ready\n");
