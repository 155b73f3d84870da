// The one table, built from the contract: keys, indexes, expiry, stream, and everything that keeps its data safe.
import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { INDEXES, TABLE } from "../../shared/contract/table.ts";

const PROJECTIONS = { ALL: ProjectionType.ALL, KEYS_ONLY: ProjectionType.KEYS_ONLY };
const text = (name: string) => ({ name, type: AttributeType.STRING });

export function buildTable(scope: Construct): TableV2 {
  return new TableV2(scope, "Table", {
    partitionKey: text(TABLE.partitionKey),
    sortKey: text(TABLE.sortKey),
    timeToLiveAttribute: TABLE.expiry,
    globalSecondaryIndexes: Object.entries(INDEXES).map(([indexName, index]) => ({
      indexName,
      partitionKey: text(index.partitionKey),
      sortKey: text(index.sortKey),
      projectionType: PROJECTIONS[index.projection],
    })),
    billing: Billing.onDemand(),
    dynamoStream: StreamViewType.NEW_IMAGE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    // AWS's own KMS key, not ours: with ours every function that reads an item would need kms:Decrypt,
    // and the point of ours is that only the delivery has it. The secrets in the table are encrypted with ours already.
    encryption: TableEncryptionV2.awsManagedKey(),
  });
}
