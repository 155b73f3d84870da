// $default: every request that no route takes
import { unknownRouteHandler } from "../../shared/http/unknown-route.ts";

export const handler = unknownRouteHandler();
