// What a warm function remembers of items that never change.
import { expect, it } from "vitest";
import { remember } from "../../../shared/store/immutable.ts";

function counted(most: number, items: Record<string, string>) {
  const loads: string[] = [];
  const read = remember(most, async (id, number) => {
    loads.push(`${id}#${number}`);
    return items[`${id}#${number}`] ?? null;
  });
  return { read, loads };
}

it("an item is loaded once, each number of an id for itself", async () => {
  const { read, loads } = counted(5, { "a#1": "first", "a#2": "second" });
  expect([await read("a", 1), await read("a", 2), await read("a", 1)]).toEqual(["first", "second", "first"]);
  expect(loads).toEqual(["a#1", "a#2"]);
});

it("an item that does not exist is asked for again", async () => {
  const items: Record<string, string> = {};
  const { read, loads } = counted(5, items);
  expect(await read("a", 1)).toBeNull();
  items["a#1"] = "written";
  expect(await read("a", 1)).toBe("written");
  expect(loads).toHaveLength(2);
});

it("the least recently used item goes first, and never more are kept than the limit", async () => {
  const { read, loads } = counted(2, { "a#1": "1", "a#2": "2", "a#3": "3" });
  for (const number of [1, 2, 1, 3, 1, 2]) await read("a", number);
  expect(loads).toEqual(["a#1", "a#2", "a#3", "a#2"]);
});

it("a failure is not remembered", async () => {
  let fails = true;
  const read = remember(2, async () => {
    if (fails) throw new Error("down");
    return "up";
  });
  await expect(read("a", 1)).rejects.toThrow("down");
  fails = false;
  expect(await read("a", 1)).toBe("up");
});
