// What the bundles were made of: an in-toto statement with SLSA's provenance, over the SHA-256 of each zip and of each
// file in it.
import { createHash } from "node:crypto";

type Digest = { sha256: string };
type Source = { commit: string; lockFile: Buffer; node: string };
/** `name`: of a zip, or function and file, as its zip holds them. */
export type BundleFile = { name: string; bytes: Buffer };

const sha256 = (bytes: Buffer): Digest => ({ sha256: createHash("sha256").update(bytes).digest("hex") });

/** It is not signed. Whoever builds signs it, with a key that a reader has reason to trust. */
export function stateProvenance(files: readonly BundleFile[], { commit, lockFile, node }: Source) {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [...files]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, bytes }) => ({ name, digest: sha256(bytes) })),
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "urn:runbooks:bundles:v1",
        externalParameters: { command: "npm ci && npm run evidence" },
        resolvedDependencies: [
          { name: "source", digest: { gitCommit: commit } },
          { name: "package-lock.json", digest: sha256(lockFile) },
        ],
      },
      runDetails: { builder: { id: "urn:runbooks:builder:local", version: { node } } },
    },
  };
}
