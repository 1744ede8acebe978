import { useSyncExternalStore } from 'react';

const TICK_MS = 10_000;

/** The wall clock of the browser, in milliseconds. */
export function now(): number {
  return Date.now();
}

let tick = now();
let timer: ReturnType<typeof setInterval> | null = null;
const listeners = new Set<() => void>();

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  timer ??= setInterval(() => {
    tick = now();
    for (const listener of listeners) listener();
  }, TICK_MS);
  return () => {
    listeners.delete(tell);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** The time of the page's last tick; all relative times step together. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => tick);
}
