// The table's stream: publishes audit entries as domain events.
import { publishAnnouncements } from "../../shared/application/audit/announce.ts";
import { streamHandler } from "../../shared/handlers/stream-handler.ts";

export const handler = streamHandler("publish-events", publishAnnouncements);
