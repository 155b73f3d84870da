// The bill of materials of a bundle: CycloneDX 1.6 as JSON, the same bytes for the same content.
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import type { BundleContent, Package } from "./bundle-files.ts";

const SERIALIZER = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));

export function writeSbom({ bundle, packages }: BundleContent, version: string): string {
  const bom = new Models.Bom();
  const name = `runbooks-${bundle}`;
  bom.metadata.component = new Models.Component(Enums.ComponentType.Application, name, {
    version,
    bomRef: name,
  });
  for (const found of packages) bom.components.add(toComponent(found));
  return `${SERIALIZER.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function toComponent({ name, version, license, sha512 }: Package) {
  const [group, bare] = name.startsWith("@") ? name.split("/") : [undefined, name];
  // A scope's @ is the only character of a package's name that an address of a package escapes.
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const component = new Models.Component(Enums.ComponentType.Library, bare ?? name, {
    ...(group !== undefined && { group }),
    version,
    purl,
    bomRef: purl,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm["SHA-512"], sha512]]),
  });
  if (license !== null) component.licenses.add(new Models.LicenseExpression(license));
  return component;
}
