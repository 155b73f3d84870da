// Custom widgets of the CloudWatch dashboard: drafts that wait, runs, and what fails. It only reads.
import { drawWidget } from "../../shared/application/widgets/draw-widget.ts";
import { WIDGETS_FUNCTION } from "../../shared/contract/widgets.ts";
import { widgetHandler } from "../../shared/handlers/widget-handler.ts";

export const handler = widgetHandler(WIDGETS_FUNCTION, drawWidget);
