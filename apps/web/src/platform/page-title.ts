import { useEffect } from 'react';

type Mood = 'calm' | 'firing' | 'quiet';

const ICONS: Readonly<Record<Mood, string>> = {
  calm: '/icon.svg',
  firing: '/icon-firing.svg',
  quiet: '/icon-quiet.svg',
};

/** Names the tab and colours its icon, so that a row of tabs tells which incident still burns. */
export function usePageTitle(title: string, mood: Mood = 'calm'): void {
  useEffect(() => {
    document.title = title === '' ? 'Headwater' : `${title} · Headwater`;
    document.querySelector<HTMLLinkElement>('link[rel=icon]')?.setAttribute('href', ICONS[mood]);
  }, [title, mood]);
}
