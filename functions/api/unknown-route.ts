// $default: every request without a route
import { unknownRouteHandler } from "../../shared/http/unknown-route.ts";

export const handler = unknownRouteHandler();
