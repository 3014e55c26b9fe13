import { createContext, type ReactNode, use, useEffect, useMemo } from "react";

import { useLocalStorage } from "@mantine/hooks";

import { de } from "./de";
import { type Dictionary, en } from "./en";
import { type Format, format } from "./format";

const DICTIONARIES = { en, de } satisfies Record<string, Dictionary>;

/** A language that the app speaks. */
export type Language = keyof typeof DICTIONARIES;

/** All languages, with their names in themselves. */
export const LANGUAGES = Object.entries(DICTIONARIES).map(([value, { language }]) => ({ value: value as Language, label: language }));

interface Speech {
  language: Language;
  setLanguage: (language: Language) => void;
  /** All that the app says. */
  text: Dictionary;
  /** Dates and numbers in words. */
  format: Format;
}

const SpeechContext = createContext<Speech | null>(null);

/** What the app says, and how it writes dates and numbers, in the language of whoever reads it. */
export function useLanguage(): Speech {
  const speech = use(SpeechContext);
  if (!speech) throw new Error("useLanguage needs a LanguageProvider above it");
  return speech;
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useLocalStorage<Language>({
    key: "plenary.language",
    defaultValue: preferred(),
    getInitialValueInEffect: false,
    deserialize: (value) => (isLanguage(value) ? value : preferred()),
    serialize: (value) => value,
  });
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const speech = useMemo(
    () => ({ language, setLanguage, text: DICTIONARIES[language], format: format(language, DICTIONARIES[language]) }),
    [language, setLanguage],
  );
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

function preferred(): Language {
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? "en";
}

function isLanguage(value: string | undefined): value is Language {
  return value !== undefined && value in DICTIONARIES;
}
