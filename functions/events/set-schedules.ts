// The table's stream: sets the schedules of sources in EventBridge Scheduler.
import { setChangedSchedules } from "../../shared/application/sources/set-schedules.ts";
import { streamHandler } from "../../shared/handlers/stream-handler.ts";

export const handler = streamHandler("set-schedules", setChangedSchedules);
