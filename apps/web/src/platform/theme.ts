import { useSyncExternalStore } from 'react';
import { remember, remembered } from './storage.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const listeners = new Set<() => void>();
const darkSystem = matchMedia('(prefers-color-scheme: dark)');

function read(): Theme {
  const stored = remembered('theme');
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

let current = read();

function apply(): void {
  const dark = current === 'dark' || (current === 'system' && darkSystem.matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}

darkSystem.addEventListener('change', apply);

/** Switches the theme at once and remembers it. */
export function setTheme(theme: Theme): void {
  current = theme;
  remember('theme', theme);
  apply();
  for (const tell of listeners) tell();
}

/** The chosen theme, `system` until somebody chooses. */
export function useTheme(): Theme {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => current,
  );
}
