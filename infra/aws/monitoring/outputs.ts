// The stack's outputs: the addresses and names that people and commands need after a deployment.
import { CfnOutput, type Stack } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Identity } from "../people/identity.ts";

export function buildOutputs(
  stack: Stack,
  values: Record<string, string>,
  { issuer, outputs }: Identity,
): void {
  for (const [name, value] of Object.entries({ ...values, Issuer: issuer, ...outputs })) {
    new CfnOutput(stack, name, { value });
  }
}

type Queues = ReadonlyMap<string, Queue>;

/** `incidents` → `IncidentsQueueUrl`, `IncidentsDeadLettersUrl`, and both ARNs, which a redrive takes. */
export function listQueueOutputs(queues: Queues, deadLetters: Queues): Record<string, string> {
  const kinds: [string, Queues][] = [
    ["Queue", queues],
    ["DeadLetters", deadLetters],
  ];
  const outputs = kinds.flatMap(([kind, all]) =>
    [...all].flatMap(([name, { queueUrl, queueArn }]) => [
      [`${toPascalCase(name)}${kind}Url`, queueUrl],
      [`${toPascalCase(name)}${kind}Arn`, queueArn],
    ]),
  );
  return Object.fromEntries(outputs);
}

const toPascalCase = (name: string) =>
  name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
