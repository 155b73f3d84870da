// Ships the deployment's own certificate authorities with the delivery function: a file beside its code.
import { copyFileSync } from "node:fs";
import { join } from "node:path";

export const CA_BUNDLE_FILE = "authorities.pem";

/** `given`: the option; it was checked with the other ones. */
export function writeCaBundle(given: string | undefined, folder: string): void {
  if (given !== undefined) copyFileSync(given, join(folder, CA_BUNDLE_FILE));
}
