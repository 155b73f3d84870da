// The evidence of a release: what is in each function, and that anybody can make the same files again.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENTRIES } from "../../../infra/aws/bundle/entries.ts";
import { writeZips } from "../../../infra/aws/bundle/zips.ts";
import { type BundleContent, listContents } from "../../../infra/release/bundle-files.ts";
import { stateProvenance } from "../../../infra/release/provenance.ts";
import { writeSbom } from "../../../infra/release/sbom.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "evidence-"));
afterAll(() => rmSync(directory, { recursive: true }));

type Sbom = {
  components?: {
    group?: string;
    name: string;
    version: string;
    purl: string;
    licenses?: object[];
    hashes?: object[];
  }[];
};

describe("the bill of materials", () => {
  let contents: BundleContent[];
  beforeAll(async () => {
    contents = await listContents(root);
  }, 180_000);
  const sbomOf = (name: string): Sbom => {
    const content = contents.find(({ bundle: found }) => found === name);
    if (!content) throw new Error(`No contents of ${name}`);
    return JSON.parse(writeSbom(content, "1.2.3")) as Sbom;
  };
  const sha512Of = (name: string) => {
    const lockFile = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, { integrity: string }>;
    };
    const integrity = lockFile.packages[`node_modules/${name}`]?.integrity ?? "";
    return Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");
  };
  const namesOf = (name: string) =>
    (sbomOf(name).components ?? []).map((c) => [c.group, c.name].filter(Boolean).join("/"));

  it("is there for each function, and valid by CycloneDX's own schema", async () => {
    expect(contents.map(({ bundle: name }) => name)).toEqual(ENTRIES.map(({ name }) => name));
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    for (const content of contents) {
      expect(await validator.validate(writeSbom(content, "1.2.3")), content.bundle).toBeNull();
    }
  });

  it("would not be valid with anything that the schema lacks", async () => {
    const [first] = contents;
    if (!first) throw new Error("No bundle");
    const wrong = writeSbom(first, "1.2.3").replace('"components"', '"parts"');
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(wrong)).not.toBeNull();
  });

  it("names each package of a function with its exact version, and none that was left out", () => {
    const zod = JSON.parse(readFileSync(join(root, "node_modules/zod/package.json"), "utf8")) as {
      version: string;
    };
    const read = sbomOf("api-read").components ?? [];
    expect(read).toContainEqual(
      expect.objectContaining({
        name: "zod",
        version: zod.version,
        purl: `pkg:npm/zod@${zod.version}`,
        licenses: [{ expression: "MIT" }],
        hashes: [{ alg: "SHA-512", content: sha512Of("zod") }],
      }),
    );
    expect(read).toContainEqual(expect.objectContaining({ group: "@aws-sdk", name: "client-dynamodb" }));
    // Only the functions that render and deliver have the parser of templates; only the pages have Preact.
    expect(namesOf("deliver-webhook")).toContain("@handlebars/parser");
    expect(namesOf("publish-events")).not.toContain("@handlebars/parser");
    expect(namesOf("serve-console")).toContain("preact");
    expect(namesOf("api-read")).not.toContain("preact");
  });

  it("has each package that the metafile of another build of the function has", () => {
    for (const { bundle: name, packages } of contents) {
      expect(namesOf(name).sort()).toEqual(packages.map((found) => found.name).sort());
      for (const { purl, hashes, licenses } of sbomOf(name).components ?? []) {
        expect(hashes).toEqual([{ alg: "SHA-512", content: expect.stringMatching(/^[0-9a-f]{128}$/) }]);
        expect(licenses, purl).toHaveLength(1);
        expect(purl).toMatch(/^pkg:npm\/(%40[^/@]+\/)?[^/@]+@[^@]+$/);
      }
    }
  });
});

describe("the bundles", () => {
  const build = async (name: string) => {
    await writeZips(root, join(directory, name));
    const all = readdirSync(join(directory, name), { recursive: true, withFileTypes: true });
    const files = all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return files
      .map((file) => ({ name: file.slice(join(directory, name).length + 1), bytes: readFileSync(file) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  const source = { commit: "c0ffee", lockFile: Buffer.from("{}"), node: "v24.0.0" };

  it("are the same bytes in each build, and name no folder of the machine", async () => {
    const [first, second] = [await build("one"), await build("a-longer-folder/two")];
    const zips = first.map(({ name }) => name).filter((name) => name.endsWith(".zip"));
    expect(zips).toEqual(ENTRIES.map(({ name }) => `${name}.zip`).sort());
    expect(stateProvenance(second, source)).toEqual(stateProvenance(first, source));
    for (const { name, bytes } of first) {
      expect(bytes.includes(root) || bytes.includes(directory), name).toBe(false);
    }
  });

  it("have a statement that differs as soon as one byte does", () => {
    const file = (text: string) => [{ name: "api-read/index.mjs", bytes: Buffer.from(text) }];
    const { subject, ...statement } = stateProvenance(file("a"), source);
    expect(subject).toEqual([
      {
        name: "api-read/index.mjs",
        digest: { sha256: "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb" },
      },
    ]);
    expect(stateProvenance(file("b"), source).subject).not.toEqual(subject);
    expect(statement).toMatchObject({
      _type: "https://in-toto.io/Statement/v1",
      predicateType: "https://slsa.dev/provenance/v1",
    });
  });
});
