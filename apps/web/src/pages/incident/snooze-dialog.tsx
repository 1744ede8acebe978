import { useT } from '../../i18n/language.tsx';
import { absolute, span } from '../../format/time.ts';
import { useNow } from '../../platform/clock.ts';
import { Dialog } from '../../ui/dialog.tsx';

const CHOICES = [15, 60, 240, 1_440] as const;
const MINUTE_MS = 60_000;

interface SnoozeDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onSnooze: (minutes: number) => Promise<boolean>;
}

export function SnoozeDialog({ open, onClose, onSnooze }: SnoozeDialogProps) {
  const t = useT();
  const now = useNow();
  const choose = async (minutes: number): Promise<void> => {
    if (await onSnooze(minutes)) onClose();
  };
  return (
    <Dialog open={open} onClose={onClose} title={t('snooze.title')}>
      <p className="mb-3 text-[13px] text-muted">{t('snooze.hint')}</p>
      <ul className="flex flex-col gap-1.5">
        {CHOICES.map((minutes) => (
          <li key={minutes}>
            <button
              type="button"
              onClick={() => void choose(minutes)}
              className="flex w-full items-center justify-between rounded-control border px-3 py-2 text-left hover:border-accent hover:bg-accent-tint"
            >
              <span className="font-medium">{span(minutes * MINUTE_MS, t.language)}</span>
              <span className="text-xs text-subtle">
                {t('snooze.until', { time: absolute(now + minutes * MINUTE_MS, t.language) })}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
