// The DynamoDB table, built from the contract: keys, indexes, TTL, stream, backups and deletion protection. Or one that
// is there, such as a restored one.
import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  type ITableV2,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { INDEXES, TABLE } from "../../../shared/contract/table.ts";
import type { Options } from "../options/options.ts";

/** The stack's own table, or an adopted one. */
export type ServiceTable = TableV2 | ITableV2;

const text = (name: string) => ({ name, type: AttributeType.STRING });

export function buildTable(scope: Construct, options: Options): ServiceTable {
  const { tableStreamArn } = options;
  return tableStreamArn ? adoptTable(scope, tableStreamArn) : createTable(scope, options);
}

/** The stack changes nothing of such a table: `npm run prepare-table` has made it as the contract wants it. */
function adoptTable(scope: Construct, tableStreamArn: string): ITableV2 {
  const [tableArn = ""] = tableStreamArn.split("/stream/");
  const globalIndexes = Object.keys(INDEXES);
  return TableV2.fromTableAttributes(scope, "AdoptedTable", { tableArn, tableStreamArn, globalIndexes });
}

function createTable(scope: Construct, { deletionProtection }: Options): TableV2 {
  return new TableV2(scope, "Table", {
    partitionKey: text(TABLE.partitionKey),
    sortKey: text(TABLE.sortKey),
    timeToLiveAttribute: TABLE.expiry,
    globalSecondaryIndexes: Object.entries(INDEXES).map(([indexName, index]) => ({
      indexName,
      partitionKey: text(index.partitionKey),
      sortKey: text(index.sortKey),
      projectionType: ProjectionType.KEYS_ONLY,
    })),
    billing: Billing.onDemand(),
    dynamoStream: StreamViewType.NEW_IMAGE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    // The AWS managed key. With the service's key, every function that reads an item would need kms:Decrypt on it, and
    // only a few functions may have that. Secrets in the table are already encrypted with the service's key.
    encryption: TableEncryptionV2.awsManagedKey(),
  });
}
