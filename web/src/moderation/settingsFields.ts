import type { Dictionary } from "../i18n/en";
import type { Format } from "../i18n/format";

/** What each number may be; the server judges. */
export const RANGES = {
  slowModeSeconds: [0, 3_600],
  maxAcceptRate: [1, 1_000],
  maxDeliveryRate: [1, 1_000],
  maxMessageLength: [1, 10_000],
  editWindowSeconds: [0, 86_400],
  retentionDays: [1, 3_650],
} as const;

/** How many entries each list may have, and how many characters an entry. */
export const LISTS = { allowedReactions: [20, 32], heldTerms: [200, 64], refusedTerms: [200, 64] } as const;

/** What is on or off. */
export type SwitchField = "chatEnabled" | "questionsEnabled" | "anonymousQuestions" | "participantsCanReply" | "reactionsEnabled" | "uniqueMessages";
export type NumberField = keyof typeof RANGES;
export type ListField = keyof typeof LISTS;

/** The fields that the server may refuse by their names. */
export type CheckedField = "name" | NumberField | ListField;

const isNumber = (field: CheckedField): field is NumberField => field in RANGES;
const isList = (field: CheckedField): field is ListField => field in LISTS;

export const CHECKED_FIELDS: readonly CheckedField[] = ["name", ...(Object.keys(RANGES) as NumberField[]), ...(Object.keys(LISTS) as ListField[])];

/** What a field must be, said where it was refused. */
export function ruleOf(field: CheckedField, text: Dictionary, format: Format): string {
  if (isNumber(field)) return text.settings.range(format.count(RANGES[field][0]), format.count(RANGES[field][1]));
  if (isList(field)) return text.settings.list(LISTS[field][0], LISTS[field][1]);
  return text.settings.nameRule;
}

/** The entries of a list that is written one a line. */
export function entriesOf(lines: string): string[] {
  return lines
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
