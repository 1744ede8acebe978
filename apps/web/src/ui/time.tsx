import { useT } from '../i18n/language.tsx';
import { absolute, age, ago, clock } from '../format/time.ts';
import { useNow } from '../platform/clock.ts';

interface TimeProps {
  readonly at: string;
  /** `age` is the shortest, `ago` is words, `clock` is the time of day. */
  readonly as?: 'age' | 'ago' | 'clock';
  readonly className?: string;
}

/** A moment, short on the page and whole in its title. */
export function Time({ at, as = 'ago', className }: TimeProps) {
  const { language } = useT();
  const now = useNow();
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return <span className={className}>{at}</span>;
  const text = { age, ago, clock }[as](ms, now, language);
  return (
    <time dateTime={at} title={absolute(ms, language)} className={className}>
      {text}
    </time>
  );
}
