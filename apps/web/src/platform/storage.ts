const PREFIX = 'headwater.';

/** A remembered preference; null when absent or when the browser keeps no storage. */
export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Whether this browser keeps anything for us. */
export function remembers(): boolean {
  try {
    return typeof localStorage.length === 'number';
  } catch {
    return false;
  }
}

export function forget(name: string): void {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // What was never kept is forgotten.
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
