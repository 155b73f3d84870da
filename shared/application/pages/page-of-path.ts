// What a path of the pages answers: a document, a file of one, or the configuration of the console.
import { getAsset } from "../../assets/read-asset.ts";
import { assetFile, documentFile } from "../../contract/asset-manifest.ts";
import type { Environment } from "../../contract/env.ts";
import type { PageContent } from "../../contract/page-content.ts";
import { ASSETS_PATH, CONFIG_PATH, findPage, PAGES } from "../../contract/pages.ts";
import { buildPageConfig } from "../../contract/sign-in.ts";
import { notFound } from "../../domain/errors.ts";

type PageVariable = "CONSOLE_ASSETS" | "CONSOLE_SIGN_IN" | "GROUPS_CLAIM";

/** @throws not_found for a file or a page that is not there */
export async function requirePage(
  path: string,
  { CONSOLE_ASSETS: folder, CONSOLE_SIGN_IN: signIn, GROUPS_CLAIM }: Environment<PageVariable>,
): Promise<PageContent> {
  if (path === CONFIG_PATH) return { kind: "data", body: buildPageConfig(signIn, GROUPS_CLAIM) };
  if (path.startsWith(ASSETS_PATH)) {
    const asset = await getAsset(folder, assetFile(path.slice(ASSETS_PATH.length)));
    if (!asset) throw notFound("file");
    return { kind: "asset", asset };
  }
  const page = findPage(path);
  const asset = page && (await getAsset(folder, documentFile(page)));
  if (!page || !asset) throw notFound("page");
  const { inlineStyles } = PAGES[page];
  return { kind: "document", asset, calls: signIn?.origins ?? [], inlineStyles };
}
