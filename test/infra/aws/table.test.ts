// The table of the stack is the contract's, and its data is safe.
import { expect, it } from "vitest";
import { INDEXES, TABLE } from "../../../shared/contract/table.ts";
import { Facts } from "../../support/template.ts";

const facts = new Facts();
const table = facts.only("AWS::DynamoDB::GlobalTable");
const keys = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: "HASH" },
  { AttributeName: sort, KeyType: "RANGE" },
];

it("has the keys, the indexes and the expiry of the contract", () => {
  expect(table["KeySchema"]).toEqual(keys(TABLE.partitionKey, TABLE.sortKey));
  expect(table["TimeToLiveSpecification"]).toEqual({ AttributeName: TABLE.expiry, Enabled: true });
  const indexes = table["GlobalSecondaryIndexes"] as { IndexName: string }[];
  expect(Object.fromEntries(indexes.map(({ IndexName, ...index }) => [IndexName, index]))).toEqual(
    Object.fromEntries(
      Object.entries(INDEXES).map(([name, { partitionKey, sortKey }]) => [
        name,
        expect.objectContaining({
          KeySchema: keys(partitionKey, sortKey),
          Projection: { ProjectionType: "KEYS_ONLY" },
        }),
      ]),
    ),
  );
  const types = table["AttributeDefinitions"] as { AttributeType: string }[];
  expect(new Set(types.map(({ AttributeType }) => AttributeType))).toEqual(new Set(["S"]));
});

it("can be restored to any second, and is deleted neither by accident nor with the stack", () => {
  expect(table["Replicas"]).toEqual([
    expect.objectContaining({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  ]);
  const resource = Object.values(facts.resources).find(({ Type }) => Type === "AWS::DynamoDB::GlobalTable");
  expect(resource?.DeletionPolicy).toBe("RetainExceptOnCreate");
});

it("is encrypted with a KMS key, pays by request, and streams new images", () => {
  expect(table).toMatchObject({
    SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
    BillingMode: "PAY_PER_REQUEST",
    StreamSpecification: { StreamViewType: "NEW_IMAGE" },
  });
});
