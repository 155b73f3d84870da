// Saves the queries under the stack's name, over the log groups that they are about.
import { CfnQueryDefinition, type ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { SAVED_QUERIES, type SavedQuery } from "../../../shared/contract/saved-queries.ts";

export function saveQueries(
  scope: Construct,
  stackName: string,
  logs: Readonly<Record<SavedQuery["logs"], readonly ILogGroup[]>>,
): void {
  for (const [name, { logs: about, query }] of Object.entries(SAVED_QUERIES)) {
    new CfnQueryDefinition(scope, `Query ${name}`, {
      name: `${stackName}/${name}`,
      logGroupNames: logs[about].map(({ logGroupName }) => logGroupName),
      queryString: query,
    });
  }
}
