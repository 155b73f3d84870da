// The demo's API client: sends requests with a user's token, and polls until a run has completed.
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";

/** The response fields that the demo reads. */
export const Problem = z.looseObject({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).default([]),
});
export const Runbook = z.looseObject({ id: z.string(), version: z.number(), approvalStatus: z.string() });
export const Execution = z.looseObject({
  id: z.string(),
  status: z.string(),
  runbookVersion: z.number(),
  triggeredBy: z.string(),
  executedBy: z.string(),
  consoleUrl: z.string().nullable(),
  attempts: z.array(
    z.looseObject({
      number: z.number(),
      outcome: z.string(),
      statusCode: z.number().nullable(),
      durationMs: z.number().nullable(),
    }),
  ),
  result: z.looseObject({ statusCode: z.number(), responseBody: z.string() }).nullable(),
});
export type Execution = z.infer<typeof Execution>;
export const Page = z.object({ items: z.array(z.looseObject({})), nextCursor: z.string().nullable() });

type Answer = { status: number; headers: Headers; body: unknown };

export class Caller {
  private readonly api: string;
  private readonly token: string;

  constructor(api: string, token: string) {
    this.api = api;
    this.token = token;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.api + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? null : JSON.parse(text),
    };
  }

  /** Returns the completed run, or its current state after 20 s. */
  async waitUntilCompleted(id: string): Promise<Execution> {
    const read = async () => Execution.parse((await this.call("GET", `/executions/${id}`)).body);
    const ended = await this.poll(async () => {
      const execution = await read();
      return ["PENDING", "RUNNING"].includes(execution.status) ? undefined : execution;
    });
    return ended ?? read();
  }

  /** Polls `look` until it returns a result, for at most 20 s. */
  async poll<T>(probe: () => Promise<T | undefined>): Promise<T | undefined> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const found = await probe();
      if (found !== undefined || Date.now() > deadline) return found;
      await pause(100);
    }
  }
}
