import type { Kind } from './kinds.ts';

/** One row of the settings table: everything the parser, `config show` and the documentation know of it. */
export interface Setting<T = unknown> {
  /** The variable, always beginning with HEADWATER_. */
  readonly env: string;
  /** Variables of kube-rca (and other common names) that mean the same; ours wins only when both agree. */
  readonly aliases?: readonly string[];
  readonly kind: Kind<T>;
  /** Absent: the setting is optional and undefined unless given. */
  readonly default?: T;
  /** May also be read from the file that `<VAR>_FILE` names; never printed. */
  readonly secret?: boolean;
  /** One or two sentences for the person who sets it. */
  readonly help: string;
}

/** A setting with a default: its value is always there. */
export function setting<T>(
  row: Omit<Setting<T>, 'default'> & { readonly default: NoInfer<T> },
): Setting<T> & { readonly default: T } {
  return row;
}

/** A setting that may be left out. */
export function optional<T>(row: Omit<Setting<T>, 'default'>): Setting<T> & { readonly default?: undefined } {
  return row;
}
