// `runbooks login`: stores a token: one that is given, or one of the local stack.
import { buildCommand } from "@stricli/core";
import { RunbooksClient } from "../../api-client/client.ts";
import { textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { chooseApi, storeToken } from "../session/credentials.ts";
import { UsageError } from "../session/failures.ts";
import { createLocalToken } from "../session/local-token.ts";
import { ask, canAsk } from "../terminal/prompt.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { clean } from "../terminal/text.ts";

type Flags = GlobalFlags & { token?: string; user?: string; group?: string[] };

export const command = (brief: string) =>
  buildCommand<Flags, [], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        token: textFlag("A token of your issuer; - reads it from standard input", "token"),
        user: textFlag("Local stack: who you are. Default: your user name", "name"),
        group: {
          kind: "parsed",
          parse: String,
          brief: "Local stack: your groups. Default: platform-admin",
          placeholder: "group",
          optional: true,
          variadic: true,
        },
      },
    },
    async func(flags) {
      const { env } = this.terminal;
      const api = chooseApi(env, flags.api);
      const token = await obtainToken(this.terminal, api, flags);
      const me = await new RunbooksClient({ baseUrl: api, token }).getMe();
      const file = storeToken(env, api, token);
      this.open(flags).print.value(
        me,
        ({ subject }) => `You are ${clean(subject)} at ${api}. The token is in ${file}.`,
      );
    },
  });

async function obtainToken(terminal: Terminal, api: string, { token, user, group }: Flags): Promise<string> {
  if (token === "-") return readAll(terminal.stdin);
  if (token !== undefined) return token;
  if (/^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/.test(api))
    return createLocalToken(
      terminal.env,
      user ?? terminal.env["USER"] ?? "local",
      group ?? ["platform-admin"],
    );
  if (!canAsk(terminal))
    throw new UsageError("Give a token of your issuer: --token - reads it from standard input.");
  return ask(terminal, "Token of your issuer: ", true);
}

async function readAll(stdin: NodeJS.ReadStream): Promise<string> {
  let text = "";
  for await (const chunk of stdin) text += String(chunk);
  return text.trim();
}
