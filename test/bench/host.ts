// The local stack end to end: how long until it serves, until an answer, and from a start to the receiver's socket.

import { CAST, Session } from "../../infra/docs/examples.ts";
import { startDemoHost } from "../../infra/local/demo/host.ts";
import { Receiver } from "../../infra/local/demo/receiver.ts";
import { type Figure, figure, inRounds, quantiles, timesOf } from "./figures.ts";

/** One person who writes, approves and runs: who asks costs nothing. */
export const ALONE = { ...CAST, ana: ["platform-admin", "team:payments:responder"] };

const definition = (hook: string, name: string) => ({
  teamId: "payments",
  name,
  description: "Restarts one service of the payments platform",
  webhookUrl: `${hook}/restart`,
  payloadTemplate: '{"by": {{execution.executedBy}}}',
});

export async function benchHost(): Promise<Figure[]> {
  // What is measured is the way of a run, not how one caller is held back.
  process.env["RATE_LIMIT_STARTS_PER_MINUTE"] = "0";
  const before = performance.now();
  const host = await startDemoHost();
  const ready = figure("npm start until ready", "s", (performance.now() - before) / 1000);
  const receiver = new Receiver();
  try {
    const hook = await receiver.start();
    const session = new Session(host, ALONE);
    return [
      ready,
      ...(await answers(session, hook)),
      ...(await answersASecond(session, hook)),
      ...(await deliveries(session, receiver, hook)),
      await race(session, hook),
    ];
  } finally {
    await receiver.stop();
    await host.stop();
  }
}

export async function approved(session: Session, hook: string, name: string): Promise<string> {
  const id = await session.create("/runbooks", { body: definition(hook, name) });
  await session.ask("POST", `/runbooks/${id}/approve`, { body: { version: 1 } });
  return id;
}

async function answers(session: Session, hook: string): Promise<Figure[]> {
  const create = () => session.create("/runbooks", { body: definition(hook, "Bench") });
  const id = await create();
  const read = () => session.ask("GET", `/runbooks/${id}`);
  const list = () => session.ask("GET", "/runbooks?teamId=payments");
  for (const warm of [create, read, list]) await timesOf(20, warm);
  return [
    ...quantiles("POST /runbooks", await timesOf(200, create)),
    ...quantiles("GET /runbooks/{runbookId}", await timesOf(200, read)),
    ...quantiles("GET /runbooks, 20 of 220", await timesOf(200, list)),
  ];
}

const AT_ONCE = 16;
/** Of each round, requests. */
const REQUESTS = 160;

/** 16 callers that ask again as soon as they are answered. */
async function answersASecond(session: Session, hook: string): Promise<Figure[]> {
  const create = () => session.create("/runbooks", { body: definition(hook, "Bench at once") });
  const ids = await Promise.all(Array.from({ length: AT_ONCE }, create));
  const ask = (method: string, body?: { description: string }) => async (caller: number) => {
    const { answer } = await session.ask(method, `/runbooks/${ids[caller]}`, body ? { body } : {});
    if (answer.status !== 200) throw new Error(`${method}: ${answer.status}`);
  };
  let change = 0;
  const works: [string, (caller: number) => Promise<unknown>][] = [
    ["POST /runbooks", create],
    ["GET /runbooks/{runbookId}", ask("GET")],
    ["PATCH /runbooks/{runbookId}", (caller) => ask("PATCH", { description: `Change ${++change}` })(caller)],
  ];
  const figures: Figure[] = [];
  for (const [name, work] of works) {
    const rates = await inRounds(() => ratePerSecond(work));
    figures.push(figure(`${name}, ${AT_ONCE} at once`, "answers/s", ...rates));
  }
  return figures;
}

async function ratePerSecond(work: (caller: number) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let left = REQUESTS;
  const caller = async (_: unknown, n: number) => {
    while (left-- > 0) await work(n);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  return (REQUESTS * 1000) / (performance.now() - start);
}

/** From the request that starts a run to the receiver's socket: start, state machine, begin, deliver. */
async function deliveries(session: Session, receiver: Receiver, hook: string): Promise<Figure[]> {
  const id = await approved(session, hook, "Bench delivery");
  const once = async () => {
    const count = receiver.requests.length;
    await session.create(`/runbooks/${id}/executions`, {});
    while (receiver.requests.length === count) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await timesOf(3, once);
  return quantiles("start of a run to the receiver's socket", await timesOf(100, once));
}

/** 200 writers on one runbook, all at once: how long until each has its answer. */
async function race(session: Session, hook: string): Promise<Figure> {
  const id = await session.create("/runbooks", { body: definition(hook, "Bench race") });
  const start = performance.now();
  const patches = Array.from({ length: 200 }, (_, n) =>
    session.ask("PATCH", `/runbooks/${id}`, { body: { description: `Writer ${n}` } }),
  );
  await Promise.all(patches);
  return figure("200 parallel changes of one runbook, all answered", "s", (performance.now() - start) / 1000);
}
