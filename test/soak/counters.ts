// What must be flat while the stack works: messages in queues, active runs, concurrency slots, and counters that agree.
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { sqs } from "../../infra/local/emit/clients.ts";
import { DEFAULT_REGION } from "../../infra/local/platform/arns.ts";
import { deadLetterQueue, queueUrl } from "../../infra/local/sqs/queue-names.ts";
import { RULES } from "../../shared/contract/events.ts";
import { scanPartitions } from "../../shared/store/partitions.ts";

/** Messages in the queues of rules, hidden ones too, and in their dead-letter queues. */
export async function readQueues(aws: string): Promise<{ queued: number; "dead letters": number }> {
  const client = sqs({ endpoint: aws, region: DEFAULT_REGION });
  const count = async (queue: string) => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl(aws, queue), AttributeNames: ["All"] }),
    );
    const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: hidden } =
      Attributes;
    return Number(visible ?? 0) + Number(hidden ?? 0);
  };
  const rules = Object.keys(RULES);
  const sum = async (queues: string[]) => (await Promise.all(queues.map(count))).reduce((a, b) => a + b, 0);
  try {
    return { queued: await sum(rules), "dead letters": await sum(rules.map(deadLetterQueue)) };
  } finally {
    client.destroy();
  }
}

const ACTIVE = new Set<unknown>(["PENDING", "RUNNING"]);

/** Of the whole table. `counted`: active runs as their runbooks count them, which a run may be ahead of by a moment. */
export async function countStored() {
  const counts = { runs: 0, active: 0, counted: 0, "slots held": 0, "slots waited for": 0 };
  for await (const { items } of scanPartitions()) {
    for (const item of items) {
      if (item["sk"] === "execution") {
        counts.runs++;
        if (ACTIVE.has(item["status"])) counts.active++;
      }
      if (item["sk"] === "state") counts.counted += Number(item["activeExecutions"] ?? 0);
      if (item["sk"] !== "slots") continue;
      counts["slots held"] += sizeOf(item["holders"]);
      counts["slots waited for"] += sizeOf(item["waiting"]);
    }
  }
  return counts;
}

const sizeOf = (ids: unknown) => (ids instanceof Set ? ids.size : 0);
