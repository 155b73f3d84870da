// Before each file of a process that files share: variables, modules and clock are as the first file found them.
import { vi } from "vitest";

declare global {
  /** What the process was started with. */
  var firstEnvironment: NodeJS.ProcessEnv | undefined;
}

globalThis.firstEnvironment ??= { ...process.env };
const first = globalThis.firstEnvironment;
for (const name of Object.keys(process.env)) if (!(name in first)) delete process.env[name];
Object.assign(process.env, first);

vi.useRealTimers();
vi.unstubAllEnvs();
vi.unstubAllGlobals();
// What a module keeps (a client and its endpoint, keys, the table's name) belongs to the file that has filled it.
vi.resetModules();
