// The pages for browsers: the console with its files and configuration. It reads its own folder, and asks nothing of AWS.
import { requirePage } from "../../shared/application/pages/page-of-path.ts";
import { readEnvironment, VARIABLES } from "../../shared/contract/env.ts";
import { PAGES_FUNCTION } from "../../shared/contract/pages.ts";
import { pageHandler } from "../../shared/handlers/page-handler.ts";

export const handler = pageHandler(PAGES_FUNCTION, (path) =>
  requirePage(path, readEnvironment(VARIABLES.console, process.env)),
);
