// Which stream records DynamoDB Local may delete: those that every function has processed in this process.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { Checkpoints } from "../../../../infra/local/dynamodb/checkpoints.ts";
import { forgetProcessed, namingProcessed } from "../../../../infra/local/dynamodb/stream-pruning.ts";
import { dataFolder } from "../../../support/local-host.ts";

let file: string;
let now: number;
let stored: string[];
let checkpoints: Checkpoints;
beforeEach(() => {
  const folder = dataFolder();
  onTestFinished(folder.remove);
  [file, now, stored] = [join(folder.path, "processed"), 0, []];
  const plain: Checkpoints = {
    get: () => ({ sequenceNumber: "900", eventId: "of an earlier process" }),
    set: (target, shard, { sequenceNumber }) => void stored.push(`${target} ${shard} ${sequenceNumber}`),
  };
  checkpoints = namingProcessed(plain, ["one", "two"], file, () => now);
});

const reach = (target: string, shard: string, sequenceNumber: number) => {
  now += 1_000;
  checkpoints.set(target, shard, { sequenceNumber: String(sequenceNumber), eventId: "event" });
};
const named = () => readFileSync(file, "utf8");

test("a shard is named once every function has processed some of it, up to the one that is behind", () => {
  reach("one", "shard-1", 12);
  expect(named()).toBe("");
  reach("two", "shard-1", 5);
  expect(named()).toBe("shard-1 5\n");
  reach("two", "shard-1", 40);
  expect(named()).toBe("shard-1 12\n");
  expect(stored).toEqual(["one shard-1 12", "two shard-1 5", "two shard-1 40"]);
});

test("the file is written once a second at most, and holds the latest shards", () => {
  for (const shard of ["shard-1", "shard-2", "shard-3", "shard-4"]) {
    reach("one", shard, 7);
    reach("two", shard, 7);
  }
  expect(named()).toBe("shard-2 7\nshard-3 7\nshard-4 7\n");
  checkpoints.set("one", "shard-4", { sequenceNumber: "9", eventId: "event" });
  checkpoints.set("two", "shard-4", { sequenceNumber: "9", eventId: "event" });
  expect(named()).toBe("shard-2 7\nshard-3 7\nshard-4 7\n");
});

test("what an earlier process named is forgotten", () => {
  reach("one", "shard-1", 1);
  forgetProcessed(file);
  expect(existsSync(file)).toBe(false);
  forgetProcessed(file);
});
