import type { Dictionary } from "../i18n/en";
import type { Format } from "../i18n/format";
import type { QuestionStatus, Role } from "../schema.generated";
import type { AuditLogQuery } from "./AuditLog.generated";

/** One line of the audit log. */
export type Act = NonNullable<AuditLogQuery["room"]>["auditLog"]["nodes"][number];

interface Language {
  text: Dictionary;
  format: Format;
}

type Details = Record<string, unknown>;

/** What somebody did, in a sentence; what the page does not know, by its name. */
export function describeAct({ action, actorId, targetUserId, details }: Act, text: Dictionary, nameOf: (userId: string) => string): string {
  const { audit } = text;
  const who = nameOf(actorId);
  const whom = targetUserId === null ? audit.somebody : nameOf(targetUserId);
  const more = fieldsOf(details);
  switch (action) {
    case "createRoom":
    case "updateRoom":
    case "askAnonymously":
      return audit[action](who);
    case "deleteMessage":
    case "hideAuthor":
    case "reportMessage":
      return audit[action](who, whom);
    case "setQuestionStatus":
      return audit.setQuestionStatus(who, text.questions.status[more["status"] as QuestionStatus]);
    case "sanctionUser":
      return more["type"] === "BAN" ? audit.ban(who, whom) : audit.mute(who, whom);
    case "liftSanction":
      return more["type"] === "BAN" ? audit.liftBan(who, whom) : audit.liftMute(who, whom);
    case "setRole":
      return audit.setRole(who, whom, text.roles[more["role"] as Role]);
    case "setPin":
      return more["pinned"] === true ? audit.pin(who) : audit.unpin(who);
    case "reviewMessage":
      return more["approved"] === true ? audit.approve(who, whom) : audit.reject(who, whom);
    default:
      return audit.other(who, action);
  }
}

/** What goes with it, a line each: what was changed, for how long, what it said. */
export function describeDetails({ action, details }: Act, language: Language): string[] {
  const more = fieldsOf(details);
  const { text, format } = language;
  const { expiresAt, hideMessages, since, content } = more;
  switch (action) {
    case "updateRoom":
      return changesOf(more, language);
    case "sanctionUser":
      return [
        typeof expiresAt === "string" ? text.moderation.until(format.dateTime(expiresAt)) : text.moderation.forever,
        ...(hideMessages === true ? [text.audit.alsoHidden] : []),
      ];
    case "hideAuthor":
      return typeof since === "string" ? [text.audit.since(format.dateTime(since))] : [];
    default:
      return typeof content === "string" ? [content] : [];
  }
}

function changesOf({ settings, ...own }: Details, { text, format }: Language): string[] {
  return Object.entries({ ...own, ...fieldsOf(settings) }).map(([field, value]) => {
    const label: unknown = text.settings[field as keyof Dictionary["settings"]];
    return `${typeof label === "string" ? label : field}: ${valueOf(field, value, { text, format })}`;
  });
}

/** Of lists the log keeps how many entries they have. */
const LISTS: readonly string[] = ["allowedReactions", "heldTerms", "refusedTerms"];

function valueOf(field: string, value: unknown, { text, format }: Language): string {
  if (typeof value === "boolean") return value ? text.audit.on : text.audit.off;
  if (typeof value === "number") return LISTS.includes(field) ? text.audit.entries(value) : format.count(value);
  if (typeof value !== "string") return value === null ? "–" : JSON.stringify(value);
  if (field === "status") return text.status[value as keyof Dictionary["status"]];
  if (field === "reviewMode") return text.settings.review[value as keyof Dictionary["settings"]["review"]];
  return field === "startsAt" ? format.dateTime(value) : value;
}

function fieldsOf(details: unknown): Details {
  return typeof details === "object" && details !== null ? (details as Details) : {};
}
