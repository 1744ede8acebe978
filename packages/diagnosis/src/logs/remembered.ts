const MAX_TEXTS = 256;
const MAX_LENGTH = 512;

/** A reading that is kept for texts that come again, as structured logs say the same few messages; memory is bounded. */
export function remembered<T extends object | boolean | string>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > MAX_LENGTH) return read(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    const fresh = read(text);
    if (known.size >= MAX_TEXTS) known.clear();
    known.set(text, fresh);
    return fresh;
  };
}
