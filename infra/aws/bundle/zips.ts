// Everything that a deployment uploads, the same for each: the bundle of each function, the pages beside theirs, and the
// zip of each.
import { join } from "node:path";
import { PAGES_FUNCTION } from "../../../shared/contract/pages.ts";
import { WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";
import { buildPages } from "../../console/build.ts";
import { writePages } from "../../console/write.ts";
import { bundle } from "./bundle.ts";
import { writeCaBundle } from "./ca-bundle.ts";
import { ENTRIES } from "./entries.ts";
import { zipFolders } from "./zip.ts";

/** Writes `<folder>/<function>.zip`, and what is in it beside it. `caBundle`: the option of a deployment. */
export async function writeZips(root: string, folder: string, caBundle?: string): Promise<void> {
  await bundle(ENTRIES, root, folder);
  const { files } = await buildPages(root, { compressed: true, maps: false });
  writeCaBundle(caBundle, join(folder, WORKFLOW_FUNCTIONS.DeliverWebhook));
  await writePages(files, join(folder, PAGES_FUNCTION, "console"));
  zipFolders(folder);
}
