import type { IncidentItem } from '@headwater/contracts/http/incident.ts';
import { clsx } from 'clsx';
import { CircleDashed, CircleChevronUp, Info, type LucideIcon, OctagonAlert, TriangleAlert } from 'lucide-react';
import { useT } from '../i18n/language.tsx';

export type Severity = IncidentItem['severity'];

export const SEVERITY_ORDER: readonly Severity[] = ['critical', 'high', 'warning', 'info', 'unknown'];

const LOOKS: Readonly<Record<Severity, { icon: LucideIcon; badge: string; glyph: string; bar: string }>> = {
  critical: {
    icon: OctagonAlert,
    badge: 'bg-critical-tint text-critical-text',
    glyph: 'text-critical',
    bar: 'bg-critical',
  },
  high: { icon: CircleChevronUp, badge: 'bg-high-tint text-high-text', glyph: 'text-high', bar: 'bg-high' },
  warning: {
    icon: TriangleAlert,
    badge: 'bg-warning-tint text-warning-text',
    glyph: 'text-warning',
    bar: 'bg-warning',
  },
  info: { icon: Info, badge: 'bg-info-tint text-info-text', glyph: 'text-info', bar: 'bg-info' },
  unknown: { icon: CircleDashed, badge: 'bg-unknown-tint text-unknown-text', glyph: 'text-unknown', bar: 'bg-unknown' },
};

/** How bad: a filled badge with a glyph of its own shape, so that colour is never the only sign. */
export function SeverityBadge({ severity }: { readonly severity: Severity }) {
  const t = useT();
  const { icon: Icon, badge } = LOOKS[severity];
  return (
    <span
      className={clsx(
        'inline-flex h-[22px] items-center gap-1 rounded-[5px] px-1.5 text-xs font-semibold whitespace-nowrap',
        badge,
      )}
    >
      <Icon size={13} aria-hidden strokeWidth={2.25} />
      {t(`severity.${severity}`)}
    </span>
  );
}

export function SeverityGlyph({ severity, size = 15 }: { readonly severity: Severity; readonly size?: number }) {
  const { icon: Icon, glyph } = LOOKS[severity];
  return <Icon size={size} aria-hidden strokeWidth={2.25} className={clsx('shrink-0', glyph)} />;
}

export function severityBar(severity: Severity): string {
  return LOOKS[severity].bar;
}
