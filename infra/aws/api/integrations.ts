// One integration for each function that answers several routes, and one permission for the API to call it.
import type {
  HttpApi,
  HttpRouteIntegrationBindOptions,
  HttpRouteIntegrationConfig,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IDependable } from "constructs";
import { CLASS_NAMES, functionOfClass } from "../../../shared/contract/function-names.ts";
import type { Route } from "../../../shared/contract/route.ts";
import { classOf } from "../../../shared/contract/route-classes.ts";
import type { FunctionOf } from "./api.ts";

/** Returns what finds the integration of a route. */
export function buildIntegrations(
  api: HttpApi,
  functionOf: FunctionOf,
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
export function buildIntegration(api: HttpApi, name: string, called: IFunction): HttpLambdaIntegration {
  return new SharedIntegration(name, called, permitCalls(called, api.apiId));
}

/** CDK gives each route a permission. Its permission for a whole API (`*` three times) leaves out the route `$default`. */
class SharedIntegration extends HttpLambdaIntegration {
  readonly #permission: IDependable;

  constructor(name: string, called: IFunction, permission: IDependable) {
    super(name, called);
    this.#permission = permission;
  }

  /** An update that makes the API call something else waits until the API may. */
  override bind(options: HttpRouteIntegrationBindOptions): HttpRouteIntegrationConfig {
    options.scope.node.addDependency(this.#permission);
    return super.bind(options);
  }

  protected override completeBind(): void {}
}

/** `apiId`: of an HTTP API or a REST API. Returns the permission. */
export const permitCalls = (called: IFunction, apiId: string): IDependable =>
  permit(called, "Api", apiId, "*/*");

/** `apiId`: of a REST API, whose authorizer the function is. Returns the permission. */
export const permitAuthorizer = (called: IFunction, apiId: string): IDependable =>
  permit(called, "Authorizer", apiId, "authorizers/*");

function permit(called: IFunction, id: string, apiId: string, resourceName: string): IDependable {
  called.addPermission(id, {
    principal: new ServicePrincipal("apigateway.amazonaws.com"),
    sourceArn: called.stack.formatArn({ service: "execute-api", resource: apiId, resourceName }),
  });
  return called.permissionsNode.findChild(id);
}
