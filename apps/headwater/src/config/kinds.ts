import { formatDuration, parseDuration } from '@headwater/core/time.ts';

/** How a value is written: read returns undefined for anything that is not it. */
export interface Kind<T> {
  /** What is expected, as in "expected <words>". */
  readonly words: string;
  /** From a variable (always text) or from YAML (anything). */
  read(value: unknown): T | undefined;
  /** As it would be written in a variable. */
  write(value: T): string;
}

/** Any text that is not empty. */
export const text: Kind<string> = {
  words: 'a text',
  read: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  write: (value) => value,
};

/** An object of a namespace, as `namespace/name`. */
export const namespacedName: Kind<{ readonly namespace: string; readonly name: string }> = {
  words: 'a namespace and a name, such as headwater/rules',
  read(value) {
    const [, namespace, name] = /^([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})$/.exec(String(value).trim()) ?? [];
    return namespace && name ? { namespace, name } : undefined;
  },
  write: ({ namespace, name }) => `${namespace}/${name}`,
};

/** A whole number within bounds. */
export function int(min: number, max: number): Kind<number> {
  return {
    words: `a whole number from ${min} to ${max}`,
    read(value) {
      const number = typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value;
      return typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max
        ? number
        : undefined;
    },
    write: String,
  };
}

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  on: true,
  false: false,
  '0': false,
  no: false,
  off: false,
};

/** Yes or no. */
export const flag: Kind<boolean> = {
  words: 'true or false',
  read: (value) => (typeof value === 'boolean' ? value : FLAGS[String(value).trim().toLowerCase()]),
  write: String,
};

/** A length of time in milliseconds; a bare number is not accepted, because its unit would be a guess. */
export function duration(min = 0, max = Number.MAX_SAFE_INTEGER): Kind<number> {
  const bounds = max === Number.MAX_SAFE_INTEGER ? '' : `, from ${writeDuration(min)} to ${writeDuration(max)}`;
  return {
    words: `a duration such as 30s, 15m, 1h30m or 7d${bounds}`,
    read(value) {
      const millis = typeof value === 'string' ? parseDuration(value.trim()) : null;
      return millis !== null && millis >= min && millis <= max ? millis : undefined;
    },
    write: writeDuration,
  };
}

/** A length of time, or null for the word `forever`. */
export function durationOrForever(min: number): Kind<number | null> {
  const finite = duration(min);
  return {
    words: `${finite.words} (at least ${writeDuration(min)}), or forever`,
    read: (value) => (value === 'forever' ? null : finite.read(value)),
    write: (value) => (value === null ? 'forever' : writeDuration(value)),
  };
}

function writeDuration(millis: number): string {
  return millis % 1000 === 0 ? formatDuration(millis) : `${millis}ms`;
}

/** One of a few words. */
export function choice<const T extends string>(...choices: readonly T[]): Kind<T> {
  return {
    words: `one of ${choices.join(', ')}`,
    read: (value) => choices.find((one) => one === String(value).trim().toLowerCase()),
    write: (value) => value,
  };
}

/** An http or https address without credentials in it. */
export const url: Kind<string> = {
  words: 'an address such as https://prometheus.example:9090',
  read(value) {
    const parsed = typeof value === 'string' ? URL.parse(value.trim()) : null;
    return parsed && /^https?:$/.test(parsed.protocol) ? String(value).trim().replace(/\/+$/, '') : undefined;
  },
  write: (value) => value,
};

/** Several of one kind: separated by commas in a variable, a sequence in YAML. */
export function list<T>(of: Kind<T>): Kind<readonly T[]> {
  return {
    words: `a list, each ${of.words}`,
    read(value) {
      const parts = typeof value === 'string' ? value.split(',').filter((part) => part.trim() !== '') : value;
      if (!Array.isArray(parts)) return undefined;
      const items = parts.map((part: unknown) => of.read(typeof part === 'string' ? part.trim() : part));
      return items.every((item) => item !== undefined) ? items : undefined;
    },
    write: (value) => value.map((item) => of.write(item)).join(','),
  };
}
