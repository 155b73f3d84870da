// The built files of the pages: a folder with a manifest, which the build writes and the function reads.
import * as z from "zod";
import type { PageName } from "./pages.ts";

export const MANIFEST_FILE = "manifest.json";

/** Encodings of files that the build has compressed, best first. */
export const ENCODINGS = ["br", "gzip"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The file that holds a file's bytes in an encoding. */
export const encodedFile = (file: string, encoding: Encoding | null) =>
  encoding === null ? file : `${file}.${encoding}`;

/** File → what to say of it. Nothing that is not listed is ever read. */
export const AssetManifest = z.record(
  z.string(),
  z.strictObject({ contentType: z.string(), etag: z.string(), encodings: z.array(z.enum(ENCODINGS)) }),
);
export type AssetManifest = z.output<typeof AssetManifest>;

/** The names by which pages and assets stand in the manifest. */
export const documentFile = (page: PageName) => `documents/${page}.html`;
export const assetFile = (name: string) => `assets/${name}`;
