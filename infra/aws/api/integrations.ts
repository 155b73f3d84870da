// One integration for each function that answers several routes, and one permission for the API to call it.
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Route } from "../../../shared/contract/route.ts";
import { CLASS_NAMES, classOf, functionOfClass } from "../../../shared/contract/route-classes.ts";

/** Returns what finds the integration of a route. */
export function buildIntegrations(
  api: HttpApi,
  functionOf: (name: string) => LambdaFunction,
): (route: Pick<Route, "access" | "class">) => HttpLambdaIntegration {
  const built = new Map(
    CLASS_NAMES.map((name) => {
      const functionName = functionOfClass(name);
      return [name, buildIntegration(api, functionName, functionOf(functionName))];
    }),
  );
  return (route) => {
    const integration = built.get(classOf(route));
    if (!integration) throw new Error(`No class ${classOf(route)}`);
    return integration;
  };
}

/** Returns the integration of a function that answers several routes, and permits the API to call it. */
export function buildIntegration(api: HttpApi, name: string, called: LambdaFunction): HttpLambdaIntegration {
  permitCalls(called, api.apiId);
  return new SharedIntegration(name, called);
}

/** CDK gives each route a permission. Its permission for a whole API (`*` three times) leaves out the route `$default`. */
class SharedIntegration extends HttpLambdaIntegration {
  protected override completeBind(): void {}
}

/** `apiId`: of an HTTP API or a REST API. */
export function permitCalls(called: LambdaFunction, apiId: string): void {
  called.addPermission("Api", {
    principal: new ServicePrincipal("apigateway.amazonaws.com"),
    sourceArn: called.stack.formatArn({
      service: "execute-api",
      resource: apiId,
      resourceName: "*/*",
    }),
  });
}

/** `apiId`: of a REST API, whose authorizer the function is. */
export function permitAuthorizer(called: LambdaFunction, apiId: string): void {
  called.addPermission("Authorizer", {
    principal: new ServicePrincipal("apigateway.amazonaws.com"),
    sourceArn: called.stack.formatArn({
      service: "execute-api",
      resource: apiId,
      resourceName: "authorizers/*",
    }),
  });
}
