// `npm start`: enables Node's compile cache for faster starts, then runs the local stack.
import { enableCompileCache } from "node:module";
import { cacheFolder } from "./platform/cache-folder.ts";

enableCompileCache(cacheFolder("modules"));
// A dynamic import, because static imports would compile before the cache is enabled.
await import("./host/foreground.ts");
