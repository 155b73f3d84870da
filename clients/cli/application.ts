// Runs a command line: finds its command, loads that one alone, and turns every error into words and an exit code.
import {
  buildApplication,
  buildCommand,
  buildRouteMap,
  type Command,
  proposeCompletions,
  run,
  text_en,
} from "@stricli/core";
import { COMMAND_NAMES, COMMANDS, type CommandName } from "./commands.ts";
import { type Cli, createCli } from "./session/context.ts";
import { exitCodeOf, explain, USAGE_EXIT } from "./session/failures.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** Of the completion scripts: the rest is the command line so far. */
const COMPLETE = "__complete";

/** Returns the exit code. */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<number> {
  const cli = createCli(terminal);
  if (words[0] === COMPLETE) return proposeWords(words.slice(1), cli);
  await run(await buildFor(words), words, cli);
  const code = Number(cli.process.exitCode ?? 0);
  // The library's own codes are negative: the command line was wrong.
  return code < 0 ? USAGE_EXIT : code;
}

async function proposeWords(words: readonly string[], cli: Cli): Promise<number> {
  const proposals = await proposeCompletions(await buildFor(words), words, cli);
  for (const { completion, brief } of proposals) cli.process.stdout.write(`${completion}\t${brief}\n`);
  return 0;
}

/** Only the wanted command has parameters; the others have their lines in the help. */
async function buildFor(words: readonly string[]) {
  const wanted = words.find((word) => !word.startsWith("-")) ?? "";
  const entries = COMMAND_NAMES.map(async (name) => [name, await buildOne(name, name === wanted)]);
  const root = buildRouteMap<string, Cli>({
    routes: Object.fromEntries(await Promise.all(entries)),
    docs: { brief: "Runbooks from the command line" },
  });
  return buildApplication(root, {
    name: "runbooks",
    scanner: { caseStyle: "allow-kebab-for-camel" },
    documentation: { useAliasInUsageLine: false },
    determineExitCode: exitCodeOf,
    localization: {
      text: { ...text_en, exceptionWhileRunningCommand: explain, commandErrorResult: explain },
    },
  });
}

async function buildOne(name: CommandName, isWanted: boolean): Promise<Command<Cli>> {
  const { brief, load } = COMMANDS[name];
  if (isWanted) return (await load()).command(brief);
  return buildCommand<Record<never, never>, [], Cli>({ func: () => {}, parameters: {}, docs: { brief } });
}
