// Loaded into a child process before all else: reports every outgoing call, and kills the process at one of them.
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";

/** `before TransactWriteItems 1`: as the first such call is about to go out; `after …`: as its answer comes in. */
const crashAt = process.env["CRASH_AT"];
const counts = new Map<string, number>();
const names = new WeakMap<ClientRequest, string>();
/** Read by the program that this is loaded into. */
const calls: string[] = [];
Object.assign(globalThis, { callsSoFar: calls });

const header = (request: ClientRequest, name: string) => String(request.getHeader(name) ?? "");

function nameOf(request: ClientRequest): string {
  if (header(request, "webhook-id") !== "") return "webhook";
  const target = header(request, "x-amz-target");
  return target === "" ? `${request.method} ${request.path}` : target.slice(target.indexOf(".") + 1);
}

function dieAt(moment: string): void {
  if (moment === crashAt) process.kill(process.pid, "SIGKILL");
}

subscribe("http.client.request.created", (message) => {
  const { request } = message as { request: ClientRequest };
  const name = nameOf(request);
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  const call = `${name} ${count}`;
  names.set(request, call);
  calls.push(call);
  dieAt(`before ${call}`);
});

subscribe("http.client.response.finish", (message) => {
  const { request } = message as { request: ClientRequest };
  dieAt(`after ${names.get(request) ?? ""}`);
});

/** Seconds that the clock of this process is ahead. */
const ahead = Number(process.env["CLOCK_AHEAD"] ?? 0) * 1000;
if (ahead > 0) {
  const Real = Date;
  const now = () => Real.now() + ahead;
  globalThis.Date = new Proxy(Real, {
    construct: (target, args, as) => Reflect.construct(target, args.length === 0 ? [now()] : args, as),
    get: (target, name, as) => (name === "now" ? now : Reflect.get(target, name, as)),
  });
}
