// What a command works with: the terminal, the options that all commands have, and a client for the chosen API.
import type { Command } from "@stricli/core";
import { RunbooksClient } from "../../api-client/client.ts";
import { createPrinter, type Printer } from "../terminal/printer.ts";
import type { Output, Terminal } from "../terminal/terminal.ts";
import { chooseApi, readToken } from "./credentials.ts";

/** The options of all commands. */
export type GlobalFlags = { json: boolean; api?: string };
export const GLOBAL_FLAGS = {
  json: { kind: "boolean", brief: "Print JSON", default: false, withNegated: false },
  api: { kind: "parsed", parse: String, brief: "Address of the API", placeholder: "url", optional: true },
} as const;

export type Session = { client: RunbooksClient; print: Printer; baseUrl: string; token: string };

/** `this` of each command. */
export type Cli = {
  process: {
    stdout: { write: (text: string) => void };
    stderr: { write: (text: string) => void };
    env: NodeJS.ProcessEnv;
    exitCode?: number | string | null;
  };
  terminal: Terminal;
  /** Opens a session with the API of `--api`, of `RUNBOOKS_API`, or of the last login. */
  open: (flags: GlobalFlags) => Session;
};

/** A file of `commands`. `brief` is its line in the help. */
export type CommandModule = { command: (brief: string) => Command<Cli> };

export function createCli(terminal: Terminal): Cli {
  const { env } = terminal;
  const writer = (to: Output) => ({ write: (text: string) => void to.write(text) });
  const colors = env["NO_COLOR"] ? { STRICLI_NO_COLOR: "1" } : {};
  const process = {
    stdout: writer(terminal.stdout),
    stderr: writer(terminal.stderr),
    env: { ...env, ...colors },
  };
  const open = ({ api, json }: GlobalFlags): Session => {
    const baseUrl = chooseApi(env, api);
    const token = readToken(env, baseUrl);
    return {
      client: new RunbooksClient({ baseUrl, token }),
      print: createPrinter(terminal, json),
      baseUrl,
      token,
    };
  };
  return { process, terminal, open };
}
