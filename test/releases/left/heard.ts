// Listens to every function behind the workflow and the queues, and to the bus.
import { type LoadHandler, loadFromFunctions } from "../../../infra/local/lambda/lambda.ts";
import { CONTRACT_RULES } from "../../../infra/local/sqs/queue-names.ts";
import { BUS, OWN_SOURCE } from "../../../shared/contract/events.ts";
import { ANNOUNCEMENTS } from "../../../shared/domain/announcement.ts";
import { onceOfEachShape } from "../shape.ts";

type Call = { path: string; event: unknown; answer: unknown };
type Event = { "detail-type": string; detail: { auditId?: string } };
export type Heard = { calls: Call[]; events: Event[] };

const RECORDER = "recorder";
/** The rules of the contract, and one for what the service publishes. */
export const HEARD_RULES = {
  ...CONTRACT_RULES,
  [RECORDER]: { bus: BUS, pattern: { source: [OWN_SOURCE] }, target: RECORDER },
};

type Batch = { Records: { body: string }[] };
const isBatch = (event: unknown): event is Batch => Array.isArray((event as Partial<Batch>).Records);

export function listen({ calls, events }: Heard): LoadHandler {
  return async (path) => {
    if (path === `events/${RECORDER}`) {
      return (event) => void events.push(...(event as Batch).Records.map(({ body }) => JSON.parse(body)));
    }
    const handler = await loadFromFunctions(path);
    if (!/^(workflow|events)\//.test(path)) return handler;
    return async (event, context) => {
      const answer = await handler(event, context);
      calls.push({ path, event, answer: answer ?? null });
      return answer;
    };
  };
}

type Streamed = { Records: { dynamodb?: { NewImage?: Item } }[] };

/** Records of the table's stream are items: one for each action is enough. Only of successes each may be a recovery. */
function actionOf(event: unknown): object[] | null {
  const image = (event as Partial<Streamed>).Records?.[0]?.dynamodb?.NewImage ?? {};
  const action = image["action"]?.S;
  if (action === undefined) return null;
  return [{ action }, { source: action === "execution.succeeded" ? auditIdOf(image) : "" }];
}

/** How many records come at once is chance: each is a call of its own. Returns one of each kind. */
export function trimCalls(calls: readonly Call[]): Call[] {
  const alone = calls.flatMap(({ path, event, answer }) =>
    isBatch(event)
      ? event.Records.map((record) => ({ path, event: { Records: [record] }, answer }))
      : [{ path, event, answer }],
  );
  const kinds = onceOfEachShape(alone, ({ path, event, answer }) => [
    { source: path },
    ...(actionOf(event) ?? [event, answer]),
  ]);
  return kinds.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
}

export function trimEvents(events: readonly Event[]): Event[] {
  const kinds = onceOfEachShape(events, (event) => event);
  return kinds.sort((a, b) => (a["detail-type"] < b["detail-type"] ? -1 : 1));
}

type Item = Record<string, { S?: string }>;

/** The id of an audit entry is stored only where lists sort by it, behind its time. */
const auditIdOf = ({ listSort }: Item): string => listSort?.S?.split("#")[1] ?? "";

/** Returns the ids of audit entries that the bus has not told of yet. */
export function listUntold(items: readonly Item[], { events }: Heard): string[] {
  const told = new Set(events.map(({ detail }) => detail.auditId));
  return items
    .filter(({ action }) => Object.hasOwn(ANNOUNCEMENTS, action?.S ?? ""))
    .map(auditIdOf)
    .filter((id) => !told.has(id));
}
