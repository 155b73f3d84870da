// The endpoints of AWS services that a function needs in a VPC without a way to the internet: made from its grants.
import type { Grant } from "../grants/grants.ts";

/** Each kind of right → the service that it asks, as endpoints name it. Logs leave through Lambda itself. */
const SERVICES: Record<keyof Grant, string> = {
  table: "dynamodb",
  encrypts: "kms",
  decrypts: "kms",
  executions: "states",
  sends: "sqs",
  publishes: "events",
  invokes: "lambda",
  taggedSecrets: "secretsmanager",
  readsKeys: "secretsmanager",
  schedules: "scheduler",
};

/** DynamoDB's gateway endpoint costs nothing, and needs no rule for its address but the prefix list's. */
const GATEWAYS = ["dynamodb"];

/** Returns the services, each once: interface endpoints, and gateways. */
export function endpointsOf(grant: Grant): { interfaces: string[]; gateways: string[] } {
  const used = (Object.keys(SERVICES) as (keyof Grant)[]).filter((right) => isUsed(grant[right]));
  const services = [...new Set(used.map((right) => SERVICES[right]))];
  return {
    interfaces: services.filter((service) => !GATEWAYS.includes(service)).sort(),
    gateways: services.filter((service) => GATEWAYS.includes(service)),
  };
}

/** Returns them as people read them. */
export function describeEndpoints(grant: Grant): string {
  const { interfaces, gateways } = endpointsOf(grant);
  return `gateway: ${gateways.join(", ")}; interface: ${interfaces.join(", ")}`;
}

function isUsed(right: Grant[keyof Grant]): boolean {
  if (right === undefined || right === true) return right === true;
  return Object.keys(right).length > 0;
}
