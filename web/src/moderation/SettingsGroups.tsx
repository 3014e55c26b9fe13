import type { Room } from "@plenary/apollo";
import { Fieldset, NativeSelect, NumberInput, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";

import { DateTimeInput } from "../app/DateTimeInput";
import { useLanguage } from "../i18n/Language";
import type { ReviewMode, RoomStatus } from "../schema.generated";
import { JsonInput } from "./JsonInput";
import { type CheckedField, entriesOf, type ListField, type NumberField, RANGES, ruleOf, type SwitchField } from "./settingsFields";

/** All that can be changed, as it is shown. */
export type Shown = Omit<Room["settings"], "__typename"> & Pick<Room, "name" | "status" | "startsAt" | "metadata"> & { heldTerms: string[]; refusedTerms: string[] };

/** What was changed. Of what can be filled in wrongly, undefined says that it is. */
export type Changes = Partial<Omit<Shown, "startsAt" | "metadata">> & { startsAt?: string | undefined; metadata?: unknown };

interface Props {
  shown: Shown;
  /** The field that the server refused. */
  refused: CheckedField | undefined;
  onChange: (change: Changes) => void;
}

const STATUSES: readonly RoomStatus[] = ["SCHEDULED", "OPEN", "PAUSED", "CLOSED"];
const REVIEW_MODES: readonly ReviewMode[] = ["OFF", "QUESTIONS", "ALL"];

/** The settings by what they are about. */
export function SettingsGroups(props: Props) {
  const { text } = useLanguage();
  const { shown, onChange } = props;
  const { groups, review, termsHint, reactionsHint, maxDeliveryRateHint } = text.settings;
  return (
    <>
      <Group title={groups.room}>
        <NameInput {...props} />
        <NativeSelect
          label={text.settings.status}
          value={shown.status}
          onChange={(event) => onChange({ status: event.target.value as RoomStatus })}
          data={STATUSES.map((value) => ({ value, label: text.status[value] }))}
        />
        <Begin {...props} />
      </Group>
      <Group title={groups.chat}>
        <OnOff field="chatEnabled" {...props} />
        <OnOff field="participantsCanReply" {...props} />
        <OnOff field="uniqueMessages" {...props} />
        <Amount field="maxMessageLength" {...props} />
        <Amount field="editWindowSeconds" {...props} />
        <OnOff field="reactionsEnabled" {...props} />
        <Lines field="allowedReactions" hint={reactionsHint} {...props} />
      </Group>
      <Group title={groups.questions}>
        <OnOff field="questionsEnabled" {...props} />
        <OnOff field="anonymousQuestions" {...props} />
      </Group>
      <Group title={groups.review}>
        <NativeSelect
          label={text.settings.reviewMode}
          value={shown.reviewMode}
          onChange={(event) => onChange({ reviewMode: event.target.value as ReviewMode })}
          data={REVIEW_MODES.map((value) => ({ value, label: review[value] }))}
        />
        <Lines field="heldTerms" hint={termsHint} {...props} />
        <Lines field="refusedTerms" hint={termsHint} {...props} />
      </Group>
      <Group title={groups.pace}>
        <Amount field="slowModeSeconds" {...props} />
        <Amount field="maxAcceptRate" {...props} />
        <Amount field="maxDeliveryRate" hint={maxDeliveryRateHint} {...props} />
      </Group>
      <Group title={groups.keeping}>
        <Amount field="retentionDays" {...props} />
      </Group>
      <details>
        <summary>{text.settings.advanced}</summary>
        <JsonInput label={text.settings.metadata} hint={text.settings.metadataHint} value={shown.metadata} onChange={(metadata) => onChange({ metadata })} />
      </details>
    </>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Fieldset legend={title}>
      <Stack gap="sm">{children}</Stack>
    </Fieldset>
  );
}

/** The rule of a field, where it was broken. */
function useRule(field: CheckedField, refused: CheckedField | undefined): string | false {
  const { text, format } = useLanguage();
  return refused === field && ruleOf(field, text, format);
}

function NameInput({ shown, refused, onChange }: Props) {
  const { text } = useLanguage();
  return <TextInput label={text.settings.name} value={shown.name} onChange={(event) => onChange({ name: event.target.value })} error={useRule("name", refused)} data-field="name" />;
}

/** A beginning can be put off, not taken back. */
function Begin({ shown, onChange }: Props) {
  const { text } = useLanguage();
  const [isSet] = useState(shown.startsAt !== null);
  return (
    <DateTimeInput
      label={text.settings.startsAt}
      description={text.settings.startsAtHint}
      value={shown.startsAt}
      onChange={(startsAt) => onChange({ startsAt: startsAt ?? undefined })}
      required={isSet}
      withAsterisk={false}
    />
  );
}

function OnOff({ field, shown, onChange }: Props & { field: SwitchField }) {
  const { text } = useLanguage();
  return <Switch label={text.settings[field]} checked={shown[field]} onChange={(event) => onChange({ [field]: event.target.checked })} />;
}

function Amount({ field, hint, shown, refused, onChange }: Props & { field: NumberField; hint?: string }) {
  const { text } = useLanguage();
  const [typed, setTyped] = useState<number | string | null>(null);
  const change = (value: number | string) => {
    setTyped(value);
    if (typeof value === "number") onChange({ [field]: value });
  };
  const [min, max] = RANGES[field];
  return (
    <NumberInput
      label={text.settings[field]}
      description={hint}
      value={typed ?? shown[field]}
      onChange={change}
      min={min}
      max={max}
      // To correct silently what somebody wrote is worse than to say what is wrong with it.
      clampBehavior="none"
      allowDecimal={false}
      allowNegative={false}
      required
      withAsterisk={false}
      error={useRule(field, refused)}
      data-field={field}
    />
  );
}

function Lines({ field, hint, shown, refused, onChange }: Props & { field: ListField; hint: string }) {
  const { text } = useLanguage();
  const [typed, setTyped] = useState<string | null>(null);
  const change = (lines: string) => {
    setTyped(lines);
    onChange({ [field]: entriesOf(lines) });
  };
  return (
    <Textarea
      label={text.settings[field]}
      description={hint}
      value={typed ?? shown[field].join("\n")}
      onChange={(event) => change(event.target.value)}
      rows={4}
      error={useRule(field, refused)}
      data-field={field}
    />
  );
}
