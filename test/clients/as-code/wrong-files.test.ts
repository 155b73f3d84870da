// Wrong files: everything that is wrong is told at once, where it stands, and the service is not even asked.
import { describe, expect, it } from "vitest";
import { FilesError, prepare } from "../../../clients/cli/as-code/prepare.ts";
import { MASK as SCHEMA_MASK } from "../../../clients/cli/as-code/schema.ts";
import { problemText } from "../../../clients/cli/as-code/words.ts";
import { MASK } from "../../../shared/domain/runbooks/webhook-auth.ts";
import { type Folder, makeFolder } from "../../support/as-code-folder.ts";
import { startLibrary } from "../../support/library-in-memory.ts";

const HEAD = "name: Restart\ndescription: Restarts\nwebhookUrl: https://a.example.com\n";

async function problemsIn(folder: Folder): Promise<string[]> {
  const library = startLibrary();
  const error: unknown = await prepare(library.client, folder.path, { prune: true }).catch((e: unknown) => e);
  expect(library.writes).toEqual([]);
  return error instanceof FilesError ? error.problems.map(problemText) : [String(error)];
}

const WRONG: readonly [what: string, text: string, problems: RegExp[]][] = [
  ["nothing", "", [/:1:1: The file is empty/]],
  ["only a comment", "# nothing\n", [/The file is/]],
  ["a list", "- a\n", [/:1:1: The file is no object/]],
  ["two documents", `${HEAD}---\n${HEAD}`, [/:4:1: The file holds more than one document/]],
  ["a name twice", `${HEAD}name: Again\n`, [/:4:1: Map keys must be unique/]],
  ["a tab", `${HEAD}retryPolicy:\n\tmaxAttempts: 3\n`, [/:5:1: /]],
  ["an unknown tag", `${HEAD}timeoutSeconds: !secret 30\n`, [/:4:17: Unresolved tag/]],
  ["an alias that is not there", `${HEAD}secrets: *none\n`, [/:4:10: Unresolved alias|none/]],
  [
    "an unknown field, a missing one and a wrong number",
    "nam: x\ndescription: y\nwebhookUrl: https://a.example.com\nretryPolicy:\n  maxAttempts: 11\n",
    [
      /:1:1: The file needs name/,
      /:1:6: \/nam is no field\. There are: id, name/,
      /:5:16: \/retryPolicy\/maxAttempts must be <= 10/,
    ],
  ],
  ["a wrong choice", `${HEAD}webhookMethod: HEAD\n`, [/:4:16: \/webhookMethod must be one of: POST, PUT/]],
  [
    "a literal token",
    `${HEAD}webhookAuth: {type: bearer, token: abcdef123456}\n`,
    [/:4:36: \/webhookAuth\/token a secret does not belong in a file/],
  ],
  [
    "a literal named secret",
    `${HEAD}secrets:\n  key: hunter2hunter2\n`,
    [/:5:8: \/secrets\/key a secret does not belong in a file/],
  ],
  [
    "a reference that is no ARN",
    `${HEAD}secrets: {key: {secretArn: "x"}}\n`,
    [/\/secrets\/key\/secretArn must match pattern/],
  ],
  [
    "a kind of credentials that is not known",
    `${HEAD}webhookAuth: {type: digest}\n`,
    [/:4:1: \/webhookAuth needs a type that is known/],
  ],
  [
    "a hidden user name",
    `${HEAD}webhookAuth: {type: basic, username: "${MASK}", password: "${MASK}"}\n`,
    [/\/webhookAuth\/username was hidden/],
  ],
  [
    "a mask where nothing is stored",
    `${HEAD}secrets: {key: "${MASK}"}\n`,
    [/:4:16: \/secrets\/key keeps a stored secret, but none is stored here/],
  ],
  [
    "white space around a name",
    HEAD.replace("Restart\n", "' Restart'\n"),
    [/:1:7: \/name begins or ends with white space/],
  ],
  ["a team that is no id", `${HEAD}teamId: a b\n`, [/:4:9: \/teamId /]],
  [
    "an id that nothing has",
    `${HEAD}id: runbook_01h455vb4pex5vsknk084sn02q\n`,
    [/:4:5: \/id names no runbook of global/],
  ],
  [
    "something that is not a number",
    `${HEAD}timeoutSeconds: .nan\n`,
    [/:4:17: \/timeoutSeconds must be integer/],
  ],
];

describe("a runbook's file with", () => {
  it.each(WRONG)("%s is refused, and says where", async (_, text, expected) => {
    using folder = makeFolder([{ path: "runbooks/a.yaml", text }]);
    const problems = await problemsIn(folder);
    for (const pattern of expected) expect(problems).toContainEqual(expect.stringMatching(pattern));
    expect(problems).toHaveLength(expected.length);
    for (const problem of problems) expect(problem).toMatch(/^runbooks\/a\.yaml:\d+:\d+: /);
  });

  it("bytes that are no UTF-8, or too many, is refused", async () => {
    using folder = makeFolder([{ path: "runbooks/large.yaml", text: `# ${"x".repeat(1024 * 1024)}` }]);
    expect(await problemsIn(folder)).toEqual(["runbooks/large.yaml:1:1: The file is larger than 1 MiB."]);
  });
});

describe("files that do not fit each other", () => {
  it("are told all at once, with what is wrong in each alone", async () => {
    const automation = (runbook: string) => `name: On a P1\nrunbook: ${runbook}\npattern: {source: [a]}\n`;
    using folder = makeFolder([
      { path: "runbooks/a.yaml", text: HEAD },
      { path: "runbooks/b.yml", text: HEAD },
      { path: "automations/c.yaml", text: automation("Restart").replace("[a]", "a") },
      { path: "automations/d.yaml", text: "name: [" },
    ]);
    const problems = await problemsIn(folder);
    expect(problems).toEqual([
      expect.stringMatching(/^automations\/c\.yaml:3:19: \/pattern\/source must be array or object/),
      expect.stringMatching(/^automations\/d\.yaml:\d+:\d+: /),
      expect.stringMatching(/^runbooks\/b\.yml:1:7: \/name stands in runbooks\/a\.yaml too/),
    ]);
  });

  it("an automation names a runbook of its team, in the files or in the service", async () => {
    using folder = makeFolder([
      { path: "runbooks/a.yaml", text: `${HEAD}teamId: payments\n` },
      { path: "automations/c.yaml", text: "name: On a P1\nrunbook: Restart\npattern: {source: [a]}\n" },
    ]);
    expect(await problemsIn(folder)).toEqual([
      "automations/c.yaml:2:10: /runbook names no runbook of global, in the files or in the service",
    ]);
  });

  it("a folder without files of a kind is no folder of ours", async () => {
    using folder = makeFolder();
    expect((await problemsIn(folder))[0]).toContain("has no folder runbooks or automations");
  });
});

it("the mask is the service's", () => expect(SCHEMA_MASK).toBe(MASK));
