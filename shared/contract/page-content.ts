// What a path of the pages answers, before HTTP: a document, one of its files, or data.
import type { Encoding } from "./asset-manifest.ts";

export type Asset = {
  contentType: string;
  etag: string;
  encodings: readonly Encoding[];
  read: (encoding: Encoding | null) => Promise<Buffer>;
};

/** `calls`: the origins that a document's code may call beside its own. `inlineStyles`: as its page says. */
export type PageContent =
  | { kind: "document"; asset: Asset; calls: readonly string[]; inlineStyles: boolean }
  | { kind: "asset"; asset: Asset }
  | { kind: "data"; body: unknown };
