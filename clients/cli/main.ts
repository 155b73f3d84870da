// `npm run -s runbooks -- …`: the command line of the API.
import { runCommandLine } from "./application.ts";
import { explain } from "./session/failures.ts";

// Who reads the output may stop before its end, as `head` does.
process.stdout.on("error", () => process.exit());

try {
  process.exitCode = await runCommandLine(process.argv.slice(2), process);
} catch (error) {
  process.stderr.write(`runbooks failed, which is a defect of it: ${explain(error)}\n`);
  process.exitCode = 1;
}
