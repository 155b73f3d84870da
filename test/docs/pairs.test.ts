// docs/reliability.md lists the pairs of actors that are played, all of them and no others.
import "../support/quiet.ts";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { groupLines, PAIR_COUNT } from "../support/pairs/groups.ts";

const document = readFileSync(new URL("../../docs/reliability.md", import.meta.url), "utf8");

it("the document lists every pair that the tests play, and how many there are", () => {
  const [, section = ""] = document.split("## Pairs of actors\n");
  const listed = section.split("\n## ")[0]?.split("\n") ?? [];
  expect(listed.filter((line) => /^- \*\*\w+\*\*, \d+ pairs/.test(line))).toEqual(groupLines());
  expect(section).toContain(`${PAIR_COUNT} pairs`);
});
