// `npm run -s runbooks -- …`: the command line of the API.
import { runCommandLine } from "./application.ts";

process.exitCode = await runCommandLine(process.argv.slice(2), process);
