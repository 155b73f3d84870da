// The address of the AWS console, which differs by partition.
import { Aws, CfnMapping, type Stack } from "aws-cdk-lib";

const CONSOLES = {
  aws: { domain: "console.aws.amazon.com" },
  "aws-cn": { domain: "console.amazonaws.cn" },
  "aws-us-gov": { domain: "console.amazonaws-us-gov.com" },
};

/** In a partition that is not listed, CloudFormation stops before it creates anything, and names the mapping. */
export function buildConsoleUrl(stack: Stack): string {
  const consoles = new CfnMapping(stack, "Consoles", { mapping: CONSOLES });
  return `https://${stack.region}.${consoles.findInMap(Aws.PARTITION, "domain")}`;
}
