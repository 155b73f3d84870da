// A token of the local stack, made by the checkout's own command.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { clean } from "../terminal/text.ts";
import { UsageError } from "./failures.ts";

/** Runs `npm run -s token` in this folder. @throws UsageError if it is not the checkout of the local stack */
export async function createLocalToken(
  env: NodeJS.ProcessEnv,
  user: string,
  groups: readonly string[],
): Promise<string> {
  const args = ["run", "-s", "token", "--", "--user", user, ...groups.flatMap((group) => ["--group", group])];
  try {
    const { stdout } = await promisify(execFile)("npm", args, { env });
    return stdout.trim();
  } catch (error) {
    const said = clean(String(Object(error).stderr ?? "").trim(), { lines: true });
    throw new UsageError(
      `No token could be made for the local stack. Do this in its folder, or give --token.${said === "" ? "" : `\n${said}`}`,
    );
  }
}
