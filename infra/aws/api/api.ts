// What either kind of API is to the rest of the stack.
import type { IMetric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Identity } from "../people/identity.ts";

type ApiMetric = (options?: MetricOptions) => IMetric;

/** What CloudWatch knows of it. */
export type WatchedApi = {
  metrics: {
    metricCount: ApiMetric;
    metricClientError: ApiMetric;
    metricServerError: ApiMetric;
    metricLatency: ApiMetric;
  };
  /** Finds the metrics of each route. */
  routeSearch: string;
  /** The name of the metric of each route that counts 5xx. */
  serverErrors: string;
};

export type FunctionOf = (name: string) => IFunction;

/** At first without routes, because functions need its address in their environment. */
export type Api = {
  apiId: string;
  /** The default address, without a slash at its end. */
  address: string;
  /** Whether the default address is the root of an origin, where the pages are. */
  pagesAtAddress: boolean;
  watched: WatchedApi;
  accessLog: LogGroup;
  addRoutes: (identity: Identity, functionOf: FunctionOf) => { stage: Construct; stageName: string };
};
