const UNITS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

/** A short age: `now`, `3m`, `4h`, `12d` in the language's own narrow units. */
export function age(fromMs: number, nowMs: number, language: string): string {
  const passed = Math.max(0, nowMs - fromMs);
  const found = UNITS.find(({ ms }) => passed >= ms);
  const { unit, ms } = found ?? { unit: 'second' as const, ms: 1_000 };
  const amount = Math.floor(passed / ms);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'narrow' }).format(amount);
}

/** A moment relative to now in words: `3 minutes ago`. */
export function ago(atMs: number, nowMs: number, language: string): string {
  const passed = atMs - nowMs;
  const found = UNITS.find(({ ms }) => Math.abs(passed) >= ms);
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  return found
    ? words.format(Math.trunc(passed / found.ms), found.unit)
    : words.format(Math.trunc(passed / 1_000), 'second');
}

/** The whole moment with its zone, for a title: nobody has to guess whose clock it is. */
export function absolute(atMs: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long' }).format(atMs);
}

/** The clock of a day, with the date when it is another day than today's. */
export function clock(atMs: number, nowMs: number, language: string): string {
  const sameDay = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  const day = sameDay ? {} : ({ month: 'short', day: 'numeric' } as const);
  return new Intl.DateTimeFormat(language, {
    ...day,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(atMs);
}

/** A span between two moments: `12m`, `3h 5m`, `2d 4h`. */
export function span(ms: number, language: string): string {
  const parts: string[] = [];
  let rest = Math.max(0, ms);
  for (const { unit, ms: size } of UNITS) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0 && parts.length < 2) {
      parts.push(new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'narrow' }).format(amount));
    } else if (parts.length === 1) break;
  }
  return parts.length > 0 ? parts.join(' ') : age(0, ms, language);
}
