import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";

interface Props extends Omit<TextInputProps, "value" | "onChange"> {
  /** An instant, as the API has it. */
  value: string | null;
  /** Null is said of an empty field too, and of one that is not filled in to its end. */
  onChange: (instant: string | null) => void;
}

/** A day and a time of day of the reader's, for an instant. It is the browser's own field, which keys and screen readers know. */
export function DateTimeInput({ value, onChange, ...props }: Props) {
  // What is being typed stays as it is typed.
  const [typed, setTyped] = useState<string | null>(null);
  const change = (local: string) => {
    setTyped(local);
    onChange(local === "" ? null : new Date(local).toISOString());
  };
  return <TextInput {...props} type="datetime-local" max="9999-12-31T23:59" value={typed ?? localTime(value)} onChange={(event) => change(event.target.value)} />;
}

/** An instant as such a field has it, in the reader's own time. */
function localTime(instant: string | null): string {
  if (instant === null) return "";
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
