// A file's tests are found by what imports it, what names it, and where it lies.
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readUsers, testsOf } from "./related.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const users = readUsers(ROOT);
const testsOfFile = (file: string, options = {}) => testsOf(ROOT, users, file, options);

describe("the tests of a file", () => {
  it("are those that import it, and the one that mirrors its path", () => {
    const found = testsOfFile("shared/contract/table.ts");
    expect(found).toContain("test/shared/contract/table.test.ts");
    expect(found).toContain("test/infra/aws/table.test.ts");
  });

  it("are those that name it, where it is a function that is loaded by its name", () => {
    expect(testsOfFile("functions/api/rerun-execution.ts")).toContain(
      "test/functions/api/idempotency.test.ts",
    );
    expect(testsOfFile("functions/workflow/deliver-webhook.ts")).toContain("test/faults/throttling.test.ts");
  });

  it("are those of its importers, if none imports it directly", () => {
    const lonely = [...users].find(
      ([file, by]) => file.startsWith("shared/") && [...by].every((user) => user.startsWith("shared/")),
    );
    expect(testsOfFile(lonely?.[0] ?? "")).not.toEqual([]);
  });

  it("are all of its dependents, if all are requested", () => {
    const near = testsOfFile("shared/domain/caller.ts");
    const all = testsOfFile("shared/domain/caller.ts", { all: true });
    expect(all).toEqual(expect.arrayContaining(near));
    expect(all.length).toBeGreaterThan(near.length);
  });

  it("of a file that is no source are those that read it by its name", () => {
    expect(testsOfFile("infra/execution.asl.json")).toContain("test/infra/workflow.test.ts");
  });

  it("of a test is itself", () => {
    const self = "test/related/related.test.ts";
    expect(testsOfFile(self)).toEqual([self]);
  });
});

it("every handler, decision and store function has a test that is found", () => {
  const sources = [...users.keys()].filter((file) => /^(functions|shared)\/.*\.ts$/.test(file));
  expect(sources.filter((file) => testsOfFile(file).length === 0)).toEqual([]);
});
