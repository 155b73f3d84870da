// The pages for browsers, as data: their paths, the function that answers them, and the document of each.
import type { Throttle } from "./route.ts";

/**
 * `document`: its source, from the project's root. `paths`: in API Gateway's syntax, `{page+}` is all that is below.
 * `inlineStyles`: whether the page may have styles that are in no file.
 */
type Page = { document: string; paths: readonly string[]; summary: string; inlineStyles: boolean };

export const PAGES = {
  console: {
    document: "clients/console/page.html",
    paths: ["/console", "/console/{page+}"],
    summary: "The console: an application that calls the API with the token of whoever signs in",
    inlineStyles: false,
  },
  reference: {
    document: "clients/console/reference/page.html",
    paths: ["/docs"],
    summary: "The API reference, where whoever signs in can try each request",
    // The viewer makes style elements of its own. Code and all else is as strict as in the console.
    inlineStyles: true,
  },
} as const satisfies Record<string, Page>;
export type PageName = keyof typeof PAGES;
export const PAGE_NAMES = Object.keys(PAGES) as PageName[];

/** The function in functions/console that answers all of them. It reads no table. */
export const PAGES_FUNCTION = "serve-console";

/** Below this path the name of a file changes with its content. */
export const ASSETS_PATH = "/console/assets/";
/** What the console needs to know of the deployment. */
export const CONFIG_PATH = "/console/config.json";
/** Where the issuer sends a browser back to. API Gateway has no route for a path that ends with a slash. */
export const SIGNED_IN_PATH = "/console/signed-in";
export const SIGNED_OUT_PATH = "/console/signed-out";
/** All paths that a sign-in may lead back to: the reference signs in for itself, because tokens stay in their page. */
export const REDIRECT_PATHS = [SIGNED_IN_PATH, "/docs"] as const;

/** A page has some twenty files at first, none later. */
const THROTTLE: Throttle = { ratePerSecond: 40, burst: 80 };

export const PAGE_METHODS = ["GET", "HEAD"] as const;

/** All routes of the pages. They take no token: what they answer is the same for everybody. */
export const PAGE_ROUTES = PAGE_NAMES.flatMap((page) =>
  PAGES[page].paths.flatMap((path) =>
    PAGE_METHODS.map((method) => ({
      method,
      path,
      summary: PAGES[page].summary,
      access: "public" as const,
      throttle: THROTTLE,
    })),
  ),
);

/** Returns the page of a path; null: no page has it. */
export function findPage(path: string): PageName | null {
  return PAGE_NAMES.find((name) => PAGES[name].paths.some((pattern) => matches(pattern, path))) ?? null;
}

/** What stands for `{page+}` has one character at least. */
const matches = (pattern: string, path: string) =>
  pattern.endsWith("/{page+}")
    ? path.length > pattern.length - 7 && path.startsWith(pattern.slice(0, -7))
    : pattern === path;
