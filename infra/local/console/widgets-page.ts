// The widgets of the AWS console on one page of this machine: the same function, called as CloudWatch calls it.
import { createHash } from "node:crypto";
import type { Context } from "aws-lambda";
import * as z from "zod";
import { escapeHtml } from "../../../shared/contract/escape-html.ts";
import { WIDGET_NAMES, WIDGETS, WIDGETS_FUNCTION } from "../../../shared/contract/widgets.ts";
import type { Handler, LoadHandler } from "../lambda/lambda.ts";

/** On AWS this path answers the console: there, whoever has no token must not see what the widgets show. */
export const WIDGETS_ROUTE = { method: "GET", path: "/console/widgets", access: "public" } as const;
export const WIDGETS_PAGE = "local/widgets-page";
/** What the page loads. */
export const WIDGETS_MODULE = `widgets/${WIDGETS_FUNCTION}`;

/** Time range → hours. */
const RANGES = { "1h": 1, "6h": 6, "24h": 24, "7d": 168 } as const;
type RangeName = keyof typeof RANGES;
const Asked = z.object({
  queryStringParameters: z
    .object({ range: z.enum(Object.keys(RANGES) as [RangeName, ...RangeName[]]).catch("24h") })
    .default({ range: "24h" }),
});

/** Adds the page to what can be loaded. */
export const loadWithWidgets =
  (load: LoadHandler): LoadHandler =>
  async (path) =>
    path === WIDGETS_PAGE ? createPage(await load(WIDGETS_MODULE)) : load(path);

function createPage(draw: Handler): Handler {
  return async (event, context) => {
    const { range } = Asked.parse(event).queryStringParameters;
    const end = Date.now();
    const timeRange = { start: end - RANGES[range] * 3_600_000, end };
    const drawn = await Promise.all(
      WIDGET_NAMES.map((widget) => drawOne(draw, { widget, widgetContext: { timeRange } }, context)),
    );
    const sections = WIDGET_NAMES.map((widget, index) => renderSection(WIDGETS[widget], drawn[index] ?? ""));
    return answer(renderPage(range, sections.join("")), drawn[0] ?? "");
  };
}

const drawOne = async (draw: Handler, event: unknown, context: Context): Promise<string> =>
  z.string().parse(await draw(event, context));

const renderSection = ({ title, about }: { title: string; about: string }, drawn: string) =>
  `<section><h2>${escapeHtml(title)}</h2><p>${escapeHtml(about)}</p>${drawn}</section>`;

const STYLE = `:root{color-scheme:light dark}
body{margin:0 auto;max-width:72rem;padding:1rem;background:light-dark(#f2f3f3,#0f141a);color:light-dark(#16191f,#e9ebed);font:1rem/1.5 system-ui,sans-serif}
h1{margin:0;font-size:1.4rem}
h2{margin:0;font-size:1.1rem}
section{margin:1rem 0;padding:1rem;border-radius:.5rem;background:light-dark(#fff,#1b232d);overflow-x:auto}
section>p,nav{color:light-dark(#545b64,#a2adba)}
nav a{display:inline-block;padding:.35rem .6rem;color:inherit}
[aria-current]{font-weight:700;text-decoration:none}
:focus-visible{outline:3px solid light-dark(#0972d3,#89bdee);outline-offset:2px}`;

function renderPage(range: RangeName, sections: string): string {
  const links = Object.keys(RANGES).map(
    (name) => `<a href="?range=${name}"${name === range ? ' aria-current="true"' : ""}>${name}</a>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Widgets · Runbooks, local</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>What the AWS console shows</h1>
<nav aria-label="Time range">Last ${links.join("")}</nav>
${sections}
</main>
</body>
</html>
`;
}

/** Two styles are allowed, the page's and the widgets' own, and nothing else: what came in as text stays text. */
function answer(html: string, drawn: string) {
  const [, widgetStyle = ""] = /^<style>(.*?)<\/style>/s.exec(drawn) ?? [];
  const hashes = [STYLE, widgetStyle].map((style) => `'sha256-${hashOf(style)}'`).join(" ");
  return {
    statusCode: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": `default-src 'none'; style-src ${hashes}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    },
    body: html,
  };
}

const hashOf = (style: string) => createHash("sha256").update(style).digest("base64");
