import { useEffect, useRef } from 'react';

export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const TYPING = 'input:not([type=checkbox]), textarea, select, [contenteditable]';

/** Single keys are off while somebody types, while a dialog or a menu is open, and with a modifier. */
function isForUs(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return false;
  const target = event.target;
  if (target instanceof Element && target.closest(TYPING)) return false;
  return !document.querySelector('dialog[open], :popover-open');
}

/** Binds single keys (`j`, `?`) and two in a row (`g i`) for as long as the caller is on the page. */
export function useKeys(map: KeyMap): void {
  const latest = useRef(map);
  useEffect(() => {
    latest.current = map;
  });
  useEffect(() => {
    let prefix = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (!isForUs(event)) return;
      const handler = latest.current[prefix + event.key];
      clearTimeout(timer);
      prefix = '';
      if (handler) {
        event.preventDefault();
        handler(event);
      } else if (Object.keys(latest.current).some((key) => key.startsWith(`${event.key} `))) {
        prefix = `${event.key} `;
        timer = setTimeout(() => {
          prefix = '';
        }, 1_000);
      }
    };
    document.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('keydown', onKey);
    };
  }, []);
}
