// The metric of refused messages, as CloudWatch reads it from the log: by kind of source and by reason, and nothing else.
import "../../support/quiet.ts";
import { beforeAll, expect, it, vi } from "vitest";
import { METRICS } from "../../../shared/contract/metrics.ts";
import { ask } from "../../support/api.ts";
import { deliver, type EventsHost, startEvents } from "../../support/events.ts";
import { handOn } from "../../support/source-queues.ts";
import { firing, sendTo, sourceIn } from "../../support/sources.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents();
  return host.stop;
});

/** What is written in the embedded metric format while `act` runs: kind and reason of each, in their order. */
async function countedBy(act: () => Promise<unknown>): Promise<string[]> {
  const written: string[] = [];
  const listen = vi.spyOn(process.stdout, "write").mockImplementation((text: unknown) => {
    written.push(...String(text).split("\n"));
    return true;
  });
  await act();
  listen.mockRestore();
  return written
    .filter((line) => line.includes("_aws") && line.includes(METRICS.refusedMessages))
    .map((line) => {
      const { _aws, service, kind, reason, [METRICS.refusedMessages]: count, ...more } = JSON.parse(line);
      expect(_aws.CloudWatchMetrics).toMatchObject([
        { Namespace: METRICS.namespace, Metrics: [{ Name: METRICS.refusedMessages, Unit: "Count" }] },
      ]);
      expect(new Set(_aws.CloudWatchMetrics[0].Dimensions[0])).toEqual(
        new Set(["service", "kind", "reason"]),
      );
      expect([count, more, typeof service]).toEqual([1, {}, "string"]);
      return `${kind}: ${reason}`;
    });
}

it("counts each message that a source refuses, and no other", async () => {
  const sourceId = await sourceIn(null);
  const labels = { alertname: "A", team: "nobody" };
  const counted = await countedBy(async () => {
    await sendTo(sourceId, firing());
    await sendTo(sourceId, firing("f", { labels }));
    await sendTo(sourceId, firing("g", { startsAt: "yesterday" }));
    await handOn(host);
  });
  expect(counted.toSorted()).toEqual(["alertmanager: team_unknown", "alertmanager: unmapped"]);
});

it("counts what is not signed: of a kind that is known, or of nobody", async () => {
  const sourceId = await sourceIn("payments");
  const counted = await countedBy(async () => {
    await sendTo(sourceId, firing(), { authorization: "Bearer wrong" });
    await sendTo("source_01h455vb4pex5vsknk084sn02q", firing());
    await sendTo("no-id-at-all", firing());
  });
  expect(counted).toEqual(["alertmanager: unsigned", "unknown: unsigned", "unknown: unsigned"]);
});

it("counts what came for a source that is gone", async () => {
  const sourceId = await sourceIn("payments");
  await sendTo(sourceId, firing());
  await ask("delete-source", { params: { sourceId } });
  expect(await countedBy(() => handOn(host))).toEqual(["unknown: source_unknown"]);
  expect(await countedBy(() => deliver("on-source-message", []))).toEqual([]);
});
