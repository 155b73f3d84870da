// widgetHandler(name, fn): the widgets of the AWS console as a Lambda handler. A failure is shown in the widget itself.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import { type Drawing, toDrawing, WIDGETS, WidgetEvent } from "../contract/widgets.ts";
import { logger, toLogFields } from "../logging/logger.ts";
import { frame } from "../widgets/frame.ts";
import { html } from "../widgets/html.ts";

/** What CloudWatch takes: HTML, or Markdown as JSON. */
type Shown = string | { markdown: string };

export function widgetHandler(name: string, fn: (drawing: Drawing, now: Date) => Promise<string>) {
  return middy<unknown, Shown, Error, Context>()
    .use(injectLambdaContext(logger))
    .handler(async (event, { awsRequestId }) => {
      const read = WidgetEvent.safeParse(event);
      if (!read.success || read.data.describe) return { markdown: DESCRIPTION };
      const now = new Date();
      const drawing = toDrawing(read.data, now);
      try {
        const shown = await fn(drawing, now);
        logger.info("done", { task: name, widget: drawing.widget, durationMs: Date.now() - now.getTime() });
        return shown;
      } catch (error) {
        logger.error("failed", { task: name, widget: drawing.widget, failure: toLogFields(error) });
        return frame(
          drawing.theme,
          html`<p>This cannot be shown now. The log of ${name} says why: request ${awsRequestId}.</p>`,
        );
      }
    });
}

const DESCRIPTION = [
  "## The widgets of runbook automation",
  "They show and link, and change nothing. The parameter `widget` is one of:",
  ...Object.entries(WIDGETS).map(([widget, { title, about }]) => `- \`${widget}\`, *${title}*: ${about}`),
  "### Example parameters",
  "``` yaml\nwidget: waiting-for-review\n```",
].join("\n\n");
