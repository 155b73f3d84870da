// $default: every request that no route takes
import { handleUnknown } from "../../shared/http/unknown-route.ts";

export const handler = handleUnknown();
