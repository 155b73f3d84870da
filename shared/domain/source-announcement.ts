// What is announced of a change of a source: who did what to which, and never a secret.
import { ANNOUNCEMENTS, type Announcement, SECRET_ROTATED } from "./announcement.ts";
import type { KillSwitchAuditEntry } from "./kill-switches.ts";

/** The field of an update that says that the secret is another one. */
const SECRET = "verification";

/** Returns the events to publish: none for a change of another control, and two for a new secret. */
export function toSourceAnnouncements(entry: KillSwitchAuditEntry): Announcement[] {
  const { id: auditId, at: time, action, scope: teamId, source, ...facts } = entry;
  if (!source || !isOfSource(action)) return [];
  const { id: sourceId, name: sourceName, ...state } = source;
  const about = { ...facts, ...state, auditId, at: time, teamId, sourceId, sourceName };
  const announce = ({ detailType, detail }: typeof SECRET_ROTATED, announcementId: string): Announcement => ({
    detailType,
    time,
    detail: detail.parse({ ...about, announcementId }),
  });
  const isRotated = source.fields?.includes(SECRET) ?? false;
  return [
    announce(ANNOUNCEMENTS[action], auditId),
    ...(isRotated ? [announce(SECRET_ROTATED, `${auditId}.secret_rotated`)] : []),
  ];
}

type SourceAction = Extract<keyof typeof ANNOUNCEMENTS, `source.${string}`>;
const isOfSource = (action: string): action is SourceAction => action.startsWith("source.");
