// Mixed traffic: starts of runbooks of every temper, cancels, reruns, reads, edits, incidents and requests of workflows.
import { randomUUID } from "node:crypto";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import * as z from "zod";
import { eventBridge } from "../../infra/local/emit/clients.ts";
import { DEFAULT_REGION } from "../../infra/local/platform/arns.ts";
import { randomFrom, SEED } from "../support/long-form.ts";

const random = randomFrom(SEED);
const Named = z.looseObject({ id: z.string() });
const QUICK = { maxAttempts: 3, initialDelaySeconds: 1, backoffRate: 1, maxDelaySeconds: 2 };
/** Path of the receiver → what its runbook has besides. */
const RUNBOOKS: Record<string, object> = {
  "/": {},
  "/slow": {},
  "/flaky": {},
  "/broken": { retryPolicy: QUICK },
  "/refusing": {},
  "/gone": { retryPolicy: QUICK },
  "/later": { completion: { mode: "callback", timeoutSeconds: 60 } },
  "/?queue": { concurrency: { limit: 2, onLimit: "queue" } },
  "/?one": { concurrency: { limit: 1, onLimit: "reject" } },
};

type Answer = { status: number; body: unknown };
export type Ask = (method: string, path: string, body?: unknown, key?: string) => Promise<Answer>;

export class Traffic {
  /** Answers by status; `none`: no answer, as while the stack is down. */
  readonly answers = new Map<string, number>();
  /** Answers that nobody should get. */
  readonly wrong: string[] = [];
  private readonly ask: Ask;
  private readonly aws: string;
  private readonly runs: string[] = [];
  private readonly runbooks: string[] = [];

  constructor(ask: Ask, aws: string) {
    this.ask = ask;
    this.aws = aws;
  }

  async prepare(receiver: string): Promise<void> {
    for (const [path, more] of Object.entries(RUNBOOKS)) {
      const definition = {
        ...{ teamId: "payments", name: `Soak ${path}`, description: "Soak", payloadTemplate: "{}" },
        ...{ webhookUrl: `${receiver}${path}`, timeoutSeconds: 30, attemptTimeoutSeconds: 10, ...more },
      };
      const id = await this.create("/runbooks", definition);
      await this.ask("POST", `/runbooks/${id}/approve`, { version: 1 });
      this.runbooks.push(id);
    }
    const automation = {
      ...{ name: "On P1", runbookId: this.runbooks[0], teamId: "payments", enabled: true, mode: "live" },
      pattern: { detail: { incident: { priority: ["P1"] } } },
    };
    await this.create("/automations", automation);
  }

  private async create(path: string, given: object): Promise<string> {
    const { body } = await this.ask("POST", path, given);
    const made = Named.safeParse(body).data;
    if (!made) throw new Error(`${path} answers ${JSON.stringify(body)}`);
    return made.id;
  }

  /** One action, chosen at random. */
  async act(): Promise<void> {
    const choice = random();
    if (choice < 0.5) return this.start();
    if (choice < 0.6)
      return this.count(await this.tryAsk("POST", `/executions/${this.pick(this.runs)}/cancel`, {}));
    if (choice < 0.65)
      return this.count(await this.tryAsk("POST", `/executions/${this.pick(this.runs)}/rerun`, {}));
    if (choice < 0.75) return this.count(await this.tryAsk("GET", `/executions/${this.pick(this.runs)}`));
    if (choice < 0.85)
      return this.count(await this.tryAsk("GET", `/runbooks/${this.pick(this.runbooks)}/executions`));
    if (choice < 0.88) return this.edit();
    if (choice < 0.95) return this.report();
    return this.request();
  }

  private async start(): Promise<void> {
    const key = randomUUID();
    const start = () => this.tryAsk("POST", `/runbooks/${this.pick(this.runbooks)}/executions`, {}, key);
    const answer = await start();
    this.count(answer);
    const started = Named.safeParse(answer?.body).data;
    if (answer?.status === 202 && started) this.runs.push(started.id);
    if (this.runs.length > 200) this.runs.shift();
  }

  /** Takes a runbook out of service for a moment. */
  private async edit(): Promise<void> {
    const id = this.pick(this.runbooks);
    const changed = await this.tryAsk("PATCH", `/runbooks/${id}`, { description: `Soak ${randomUUID()}` });
    this.count(changed);
    const { version } = z.looseObject({ version: z.number().optional() }).catch({}).parse(changed?.body);
    if (version) this.count(await this.tryAsk("POST", `/runbooks/${id}/approve`, { version }));
  }

  private report(): Promise<void> {
    const incident = {
      ...{ id: `INC-${randomUUID()}`, title: "Slow", status: "open", teamId: "payments" },
      ...{ priority: random() < 0.5 ? "P1" : "P3", createdAt: new Date().toISOString() },
    };
    return this.publish("oncall.incidents", "Incident Created", { incident });
  }

  private request(): Promise<void> {
    const detail = { runbookId: this.pick(this.runbooks), requestId: randomUUID() };
    return this.publish("oncall.workflows", "Runbook Execution Requested", detail);
  }

  private async publish(Source: string, DetailType: string, detail: object): Promise<void> {
    const client = eventBridge({ endpoint: this.aws, region: DEFAULT_REGION });
    const entry = { EventBusName: "runbooks", Source, DetailType, Detail: JSON.stringify(detail) };
    await client.send(new PutEventsCommand({ Entries: [entry, entry] })).catch(() => undefined);
    client.destroy();
  }

  private tryAsk(...asked: Parameters<Ask>): Promise<Answer | null> {
    return this.ask(...asked).catch(() => null);
  }

  private count(answer: Answer | null): void {
    const status = String(answer?.status ?? "none");
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    if (answer && answer.status >= 500 && answer.status !== 503) this.wrong.push(JSON.stringify(answer));
  }

  /** Before there is anything, an id that is not there. */
  private pick(ids: readonly string[]): string {
    return ids[Math.floor(random() * ids.length)] ?? "execution_00000000000000000000000000";
  }
}
