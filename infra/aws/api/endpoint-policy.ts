// Who may call a private API, or its domain: whoever comes through one of the deployment's endpoints. Tokens are checked after.
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";

export function fromEndpoints(vpcEndpointIds: readonly string[]): PolicyDocument {
  const call = {
    principals: [new AnyPrincipal()],
    actions: ["execute-api:Invoke"],
    resources: ["execute-api:/*"],
  };
  const elsewhere = { StringNotEquals: { "aws:SourceVpce": [...vpcEndpointIds] } };
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ ...call, effect: Effect.ALLOW }),
      new PolicyStatement({ ...call, effect: Effect.DENY, conditions: elsewhere }),
    ],
  });
}
