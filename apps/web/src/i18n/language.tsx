import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { remember, remembered } from '../platform/storage.ts';
import { en } from './en.ts';
import { type Messages, type Translate, translator } from './translate.ts';

export const LANGUAGES = { en: 'English', ko: '한국어' } as const;
export type Language = keyof typeof LANGUAGES;

interface Speech {
  readonly t: Translate;
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

const english = translator('en', en);
const SpeechContext = createContext<Speech>({ t: english, language: 'en', choose: () => {} });

export function isLanguage(text: unknown): text is Language {
  return typeof text === 'string' && Object.hasOwn(LANGUAGES, text);
}

function firstLanguage(): Language {
  const wanted = [remembered('language'), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find(isLanguage) ?? 'en';
}

async function load(language: Language): Promise<Messages> {
  return language === 'ko' ? (await import('./ko.ts')).ko : en;
}

/** Gives the page its words; another language is fetched when it is chosen. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  const [t, setT] = useState<Translate | null>(() => (language === 'en' ? english : null));
  useEffect(() => {
    let stale = false;
    load(language)
      .then((messages) => !stale && setT(() => translator(language, messages)))
      .catch(() => !stale && setT(() => english));
    return () => {
      stale = true;
    };
  }, [language]);
  useEffect(() => {
    if (t) document.documentElement.lang = t.language;
  }, [t]);
  const choose = (next: Language): void => {
    remember('language', next);
    setLanguage(next);
  };
  return t ? <SpeechContext value={{ t, language, choose }}>{children}</SpeechContext> : null;
}

/** The translation function of the chosen language. */
export function useT(): Translate {
  return useContext(SpeechContext).t;
}

export function useLanguage(): Speech {
  return useContext(SpeechContext);
}
