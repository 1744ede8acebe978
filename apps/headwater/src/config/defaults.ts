import type { Setting } from './setting.ts';
import { SETTINGS, type Settings } from './settings.ts';

/** The configuration when nothing is configured. */
export function defaultSettings(): Settings {
  const groups = Object.entries(SETTINGS).map(([group, rows]) => [
    group,
    Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, (row as Setting).default])),
  ]);
  // Built from the very table the type is made from.
  return Object.fromEntries(groups) as Settings;
}
