// Renders a page: its headers, the encoding that the browser takes, and 304 if it has the document already.
import { ENCODINGS, type Encoding } from "../contract/asset-manifest.ts";
import type { Asset, PageContent } from "../contract/page-content.ts";
import type { ApiEvent, ApiResult } from "./call.ts";
import { CACHE_CONTROL, contentSecurityPolicy, PAGE_HEADERS } from "./page-headers.ts";

export async function renderPage(content: PageContent, event: ApiEvent): Promise<ApiResult> {
  const result = await renderContent(content, event);
  return event.method === "HEAD" ? { ...result, body: "", isBase64Encoded: false } : result;
}

async function renderContent(content: PageContent, event: ApiEvent): Promise<ApiResult> {
  const headers = { ...PAGE_HEADERS, "cache-control": CACHE_CONTROL[content.kind] };
  switch (content.kind) {
    case "data": {
      const typed = { ...headers, "content-type": "application/json" };
      return { statusCode: 200, headers: typed, body: JSON.stringify(content.body) };
    }
    case "asset":
      return renderAsset(content.asset, event, headers);
    case "document": {
      const policy = contentSecurityPolicy(content);
      return renderAsset(content.asset, event, { ...headers, "content-security-policy": policy });
    }
  }
}

async function renderAsset(asset: Asset, { headers }: ApiEvent, own: Record<string, string>) {
  // Weak: the same file in another encoding has the same tag.
  const named = { ...own, etag: `W/${asset.etag}`, vary: "accept-encoding" };
  if (isKnown(headers["if-none-match"], asset.etag)) return { statusCode: 304, headers: named };
  const encoding = chooseEncoding(asset.encodings, headers["accept-encoding"]);
  const bytes = await asset.read(encoding);
  const typed = { ...named, "content-type": asset.contentType };
  return {
    statusCode: 200,
    headers: encoding === null ? typed : { ...typed, "content-encoding": encoding },
    body: bytes.toString("base64"),
    isBase64Encoded: true,
  };
}

/** Tags are compared weakly, as `If-None-Match` wants it. */
function isKnown(header: string | undefined, etag: string): boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag);
}

/** Returns the best encoding that the file has and the browser takes; null: as it is. `q=0` means: not this one. */
function chooseEncoding(has: readonly Encoding[], header: string | undefined): Encoding | null {
  const taken = new Map(
    (header ?? "").split(",").map((part) => {
      const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
      return [name, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))];
    }),
  );
  return ENCODINGS.find((encoding) => has.includes(encoding) && (taken.get(encoding) ?? false)) ?? null;
}
