// What DynamoDB refuses and where it fails, over all operations that the functions use.
import type { IMetric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import { Operation } from "aws-cdk-lib/aws-dynamodb";
import type { ServiceTable } from "../data/table.ts";

const OPERATIONS = [
  Operation.GET_ITEM,
  Operation.BATCH_GET_ITEM,
  Operation.QUERY,
  Operation.PUT_ITEM,
  Operation.UPDATE_ITEM,
  Operation.TRANSACT_WRITE_ITEMS,
];

/** How long DynamoDB takes for each operation, the way there left out. */
export const requestLatencies = (table: ServiceTable, over: MetricOptions): IMetric[] =>
  OPERATIONS.map((operation) =>
    table.metricSuccessfulRequestLatency({
      ...over,
      label: operation,
      dimensionsMap: { TableName: table.tableName, Operation: operation },
    }),
  );

export const throttledRequests = (table: ServiceTable, over: MetricOptions): IMetric =>
  table.metricThrottledRequestsForOperations({ operations: OPERATIONS, ...over });

export const systemErrors = (table: ServiceTable, over: MetricOptions): IMetric =>
  table.metricSystemErrorsForOperations({ operations: OPERATIONS, ...over });
