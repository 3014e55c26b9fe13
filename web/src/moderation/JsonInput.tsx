import { Textarea } from "@mantine/core";
import { useState } from "react";

import { useLanguage } from "../i18n/Language";

interface Props {
  label: string;
  hint: string;
  value: unknown;
  /** Undefined is said while the text is no JSON. */
  onChange: (value: unknown) => void;
}

/** A value that only the host application understands, as JSON. */
export function JsonInput({ label, hint, value, onChange }: Props) {
  const { text } = useLanguage();
  const [typed, setTyped] = useState<string | null>(null);
  const change = (written: string) => {
    setTyped(written);
    onChange(parsed(written));
  };
  const isWrong = typed !== null && parsed(typed) === undefined;
  return (
    <Textarea
      label={label}
      description={hint}
      value={typed ?? (value === null ? "" : JSON.stringify(value, null, 2))}
      onChange={(event) => change(event.target.value)}
      rows={6}
      spellCheck={false}
      error={isWrong && text.settings.jsonRule}
    />
  );
}

/** Null is no value of its own here: to the API it says that nothing changes. */
function parsed(text: string): unknown {
  try {
    return (JSON.parse(text) as unknown) ?? undefined;
  } catch {
    return undefined;
  }
}
