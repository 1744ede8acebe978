import { clsx } from 'clsx';
import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useT } from '../i18n/language.tsx';
import { useLive } from '../live/live.tsx';

// A blink of the connection is not worth a banner.
const BANNER_AFTER_MS = 4_000;

const DOTS = {
  connecting: 'bg-unknown',
  live: 'bg-ok',
  reconnecting: 'bg-warning',
  offline: 'bg-critical',
} as const;

/** Whether what one sees is current, as a word and a dot. */
export function LiveMark() {
  const t = useT();
  const { state } = useLive();
  return (
    <span className="inline-flex items-center gap-1.5 text-xs text-muted" data-live={state}>
      <span
        aria-hidden
        className={clsx('size-2 rounded-full', DOTS[state], state !== 'live' && 'ring-2 ring-current/20')}
      />
      {t(`live.${state}`)}
    </span>
  );
}

/** Says across the page that it has stopped being current, and that it is being mended. */
export function LiveBanner() {
  const t = useT();
  const { state } = useLive();
  const lost = state === 'offline' || state === 'reconnecting';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) {
      setShown(false);
      return undefined;
    }
    const timer = setTimeout(() => setShown(true), BANNER_AFTER_MS);
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <div role="status">
      {shown && lost && (
        <p className="flex items-center gap-2 border-b bg-warning-tint px-4 py-2 text-[13px] text-warning-text">
          <WifiOff size={15} aria-hidden />
          {t(`live.${state}.banner`)}
        </p>
      )}
    </div>
  );
}
