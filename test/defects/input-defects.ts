// Messages that do not help their readers, each as the change that reintroduces it.

const WORDS = "test/shared/contract/read-input.test.ts";

export const INPUT_DEFECTS = [
  {
    defect: "A wrong value is answered with the messages of the schema library",
    known: '"Invalid input: expected string, received undefined" in answers and on terminals',
    file: "shared/contract/read-input.ts",
    find: "schema.safeParse(data, { error: describeInput });",
    replace: "schema.safeParse(data);",
    test: WORDS,
    name: "of the body of create-runbook is refused in plain words",
  },
  {
    defect: "The detail of a 400 does not say what is wrong",
    known: "details that are the same for every refusal",
    file: "shared/http/problem.ts",
    find: "CALLER_DETAILS[error.code] ?? explain(error)",
    replace: "CALLER_DETAILS[error.code] ?? error.message",
    test: "test/functions/api/all-issues.test.ts",
    name: "says what is wrong, of no body at all",
  },
  {
    defect: "A misspelt group makes a token that gives nothing, without a word",
    known: "claims that are read exactly, and written by hand",
    file: "infra/local/token.ts",
    find: "  if (person) warnOfGroups(person.groups);",
    replace: "  if (person) warnOfGroups([]);",
    test: "test/infra/local/commands.test.ts",
    name: "warns of each group that gives no role",
  },
  {
    defect: "An execution links to a console that does not exist",
    known: "links that are built without asking whether there is anything behind them",
    file: "shared/step-functions/arns.ts",
    find: 'if (CONSOLE_URL === "") return null;',
    replace: 'if (CONSOLE_URL === "none") return null;',
    test: "test/shared/step-functions/arns.test.ts",
    name: "is null if the environment names no console",
  },
  {
    defect: "The log query that the documents show finds half of the lines of a run",
    known: "lines that name what they are about in fields of their own",
    file: "shared/handlers/task-handler.ts",
    find: "about = { task: name, executionId, ",
    replace: "about = { task: name, ",
    test: "test/docs/commands.test.ts",
    name: "report progress of a run, all of whose log lines",
  },
];
