// `npm run erase` over the table of the test, and what the audit says afterwards.
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { verifyAudit } from "../../shared/application/audit/verify-audit.ts";
import { everyItem, type TestApi } from "./api.ts";
import { runCommand } from "./command.ts";

/** What makes it more than a dry run. */
export const ORDER = ["--yes", "--by", "operator-7", "--reason", "Ticket 17"];

export const eraseNow = (...args: string[]) => runCommand("tools/erase", args);

/** All that the table holds, as one text. */
export const tableText = async ({ table }: Pick<TestApi, "table">) =>
  JSON.stringify((await everyItem(table)).map((item) => unmarshall(item)));

export const findings = async () => (await verifyAudit()).findings;
