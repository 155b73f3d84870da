// Rule source-messages: reads a message of a source, and reports its incidents.
import { reportIncidents } from "../../shared/application/sources/report-incidents.ts";
import { SourceMessage } from "../../shared/domain/sources/source-message.ts";
import { sqsHandler } from "../../shared/handlers/sqs-handler.ts";
import { saveRejection } from "../../shared/store/rejections.ts";

export const handler = sqsHandler("on-source-message", SourceMessage, reportIncidents, { saveRejection });
