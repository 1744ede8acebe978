import { formatTime, type Millis } from '@headwater/core/time.ts';

/** A moment or nothing, as answers write it. */
export function timeOrNull(at: Millis | null): string | null {
  return at === null ? null : formatTime(at);
}
