// Queues in the host's state: what a host that died leaves to the next one.
import { expect, onTestFinished, test } from "vitest";
import { openState } from "../../../../infra/local/platform/state.ts";
import { openQueues } from "../../../../infra/local/sqs/queues.ts";
import { dataFolder } from "../../../support/local-host.ts";

test("after a restart, messages in progress come again at once, and delayed ones still wait", () => {
  const folder = dataFolder();
  onTestFinished(folder.remove);
  const before = openState(folder.path);
  const first = openQueues(before);
  first.send("work", "received by a host that died");
  first.receive("work", 10, 3_600_000);
  first.send("work", "sent for later", {}, 3_600_000);
  before.close();

  const after = openState(folder.path);
  onTestFinished(() => after.close());
  const second = openQueues(after);
  expect(second.receive("work", 10, 1000).map(({ body }) => body)).toEqual(["received by a host that died"]);
  expect(second.count("work")).toEqual({ visible: 0, hidden: 2 });
});
