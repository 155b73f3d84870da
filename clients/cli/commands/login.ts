// `runbooks login`: stores a token: one that is given, one of an issuer by the browser, or one of the local stack.
import { spawn } from "node:child_process";
import { buildCommand } from "@stricli/core";
import { RunbooksClient } from "../../api-client/client.ts";
import { textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { chooseApi, storeToken } from "../session/credentials.ts";
import { UsageError } from "../session/failures.ts";
import { createLocalToken } from "../session/local-token.ts";
import { ask, canAsk } from "../terminal/prompt.ts";
import { readAll } from "../terminal/standard-input.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { clean } from "../terminal/text.ts";

type Flags = GlobalFlags & {
  token?: string;
  issuer?: string;
  clientId?: string;
  scope: string;
  port: number;
  user?: string;
  group?: string[];
};

const PORT_FLAG = {
  kind: "parsed",
  parse: readPort,
  brief: "The client's redirect address is http://localhost:PORT/callback",
  placeholder: "port",
  default: "8976",
} as const;

export const command = (brief: string) =>
  buildCommand<Flags, [], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        token: textFlag("A token of your issuer; - reads it from standard input", "token"),
        issuer: textFlag(
          "Log in with the browser, at this OpenID Connect issuer. Default: RUNBOOKS_ISSUER",
          "url",
        ),
        clientId: textFlag("The client at the issuer: a public one. Default: RUNBOOKS_CLIENT_ID", "id"),
        scope: { kind: "parsed", parse: String, brief: "Scopes to ask for", default: "openid profile email" },
        port: PORT_FLAG,
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

async function obtainToken(terminal: Terminal, api: string, flags: Flags): Promise<string> {
  const { token, user, group } = flags;
  if (token === "-") return (await readAll(terminal.stdin)).trim();
  if (token !== undefined) return token;
  const issuer = flags.issuer ?? terminal.env["RUNBOOKS_ISSUER"];
  if (issuer) return loginAt(terminal, issuer, flags);
  if (/^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/.test(api))
    return createLocalToken(
      terminal.env,
      user ?? terminal.env["USER"] ?? "local",
      group ?? ["platform-admin"],
    );
  if (!canAsk(terminal))
    throw new UsageError("Give --issuer, or a token: --token - reads it from standard input.");
  return ask(terminal, "Token of your issuer: ", true);
}

async function loginAt(
  terminal: Terminal,
  issuer: string,
  { clientId, scope, port }: Flags,
): Promise<string> {
  const client = clientId ?? terminal.env["RUNBOOKS_CLIENT_ID"];
  if (!client) throw new UsageError("Name the client at the issuer: --client-id, or RUNBOOKS_CLIENT_ID.");
  if (!URL.canParse(issuer)) throw new UsageError(`${JSON.stringify(issuer)} is no address of an issuer.`);
  // The library is loaded for this way alone.
  const { loginInBrowser } = await import("../session/browser-login.ts");
  return loginInBrowser(
    { issuer, clientId: client, scope, port },
    { open: (url) => openBrowser(terminal, url), say: (text) => void terminal.stderr.write(`${text}\n`) },
  );
}

/** `BROWSER` names a program. Without one, and without a terminal, the printed address is all. */
function openBrowser(terminal: Terminal, url: string): void {
  const usual = process.platform === "darwin" ? "open" : "xdg-open";
  const program = terminal.env["BROWSER"] || (canAsk(terminal) ? usual : "");
  if (program === "") return;
  spawn(program, [url], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

function readPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65_535)
    throw new UsageError(`${JSON.stringify(text)} is not a port`);
  return Number(text);
}
