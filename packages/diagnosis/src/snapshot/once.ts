/** A value that is built when first asked for. */
export function once<T>(build: () => T): () => T {
  let built: { value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}

/** As `once`, for each key. */
export function oncePer<Key, T>(build: (key: Key) => T): (key: Key) => T {
  const built = new Map<Key, T>();
  return (key) => {
    const known = built.get(key);
    if (known !== undefined) return known;
    const value = build(key);
    built.set(key, value);
    return value;
  };
}
