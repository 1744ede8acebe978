import type { IncidentItem } from '@headwater/contracts/http/incident.ts';
import { clsx } from 'clsx';
import { CheckCircle2, CircleDot, Clock3, type LucideIcon, UserCheck } from 'lucide-react';
import { useT } from '../i18n/language.tsx';

export type Status = IncidentItem['status'];
export const STATUS_ORDER: readonly Status[] = ['open', 'acknowledged', 'resolved'];

const LOOKS: Readonly<Record<Status | 'snoozed', { icon: LucideIcon; look: string }>> = {
  open: { icon: CircleDot, look: 'border-info/50 text-info-text' },
  acknowledged: { icon: UserCheck, look: 'border-accent/50 text-accent-text' },
  resolved: { icon: CheckCircle2, look: 'border-ok/50 text-ok-text' },
  snoozed: { icon: Clock3, look: 'border-control/60 text-muted' },
};

interface StatusPillProps {
  readonly status: Status;
  readonly snoozed?: boolean;
}

/** Where in its life: an outlined pill, unlike the filled badge that says how bad. */
export function StatusPill({ status, snoozed = false }: StatusPillProps) {
  const t = useT();
  const shown = snoozed && status !== 'resolved' ? 'snoozed' : status;
  const { icon: Icon, look } = LOOKS[shown];
  return (
    <span
      className={clsx(
        'inline-flex h-[22px] items-center gap-1 rounded-full border px-2 text-xs font-medium whitespace-nowrap',
        look,
      )}
    >
      <Icon size={12} aria-hidden />
      {t(`status.${shown}`)}
    </span>
  );
}
