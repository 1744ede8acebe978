const PREFIX = 'headwater.';

/** A remembered preference; null when absent or when the browser keeps no storage. */
export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Remembers a preference of this browser; silently not, when storage is off. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // A private window without storage: the choice holds until the page is closed.
  }
}
