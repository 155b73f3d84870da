// `runbooks mcp`: serves agents on standard input and output (Model Context Protocol).
import { buildCommand } from "@stricli/core";
import { RunbooksClient } from "../../api-client/client.ts";
import { serveTools } from "../../mcp/server.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { readToken } from "../session/credentials.ts";
import { clean } from "../terminal/text.ts";

export const command = (brief: string) =>
  buildCommand<GlobalFlags, [], Cli>({
    docs: { brief },
    parameters: { flags: GLOBAL_FLAGS },
    func(flags) {
      const { baseUrl } = this.open(flags);
      const { env, stderr } = this.process;
      // It runs for days: a later login counts.
      const client = new RunbooksClient({ baseUrl, token: () => readToken(env, baseUrl) });
      serveTools(client, (error) => stderr.write(`${clean(error.message)}\n`));
    },
  });
