// `npm start`: has modules kept in compiled form between starts, then runs the local host.
import { enableCompileCache } from "node:module";
import { cacheFolder } from "./platform/cache-folder.ts";

enableCompileCache(cacheFolder("modules"));
// Imported after that: what is imported above it is compiled before it.
await import("./host/foreground.ts");
