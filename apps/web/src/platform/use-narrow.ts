import { useSyncExternalStore } from 'react';

const narrow = matchMedia('(max-width: 1023px)');

/** True where a table's columns do not fit side by side. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (tell) => {
      narrow.addEventListener('change', tell);
      return () => narrow.removeEventListener('change', tell);
    },
    () => narrow.matches,
  );
}
