import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Activity, Bell, KeyRound, type LucideIcon, Users } from 'lucide-react';
import { incidentFacets } from '../api/incidents.ts';
import { keys } from '../api/keys.ts';
import { useMe } from '../api/session.ts';
import { useT } from '../i18n/language.tsx';

interface NavItem {
  readonly to: '/incidents' | '/alerts' | '/settings/users' | '/settings/tokens';
  readonly label: string;
  readonly icon: LucideIcon;
  readonly count?: number | undefined;
}

/** Where one can go; what a person may not manage is not offered. */
export function NavLinks() {
  const t = useT();
  const { permissions } = useMe();
  const { data } = useQuery({
    queryKey: keys.facets,
    queryFn: ({ signal }) => incidentFacets(signal),
    staleTime: 30_000,
  });
  const open = data?.statuses.find((one) => one.value === 'open')?.count;
  const items: readonly NavItem[] = [
    { to: '/incidents', label: t('nav.incidents'), icon: Activity, count: open },
    { to: '/alerts', label: t('nav.alerts'), icon: Bell },
    ...(permissions.includes('users.manage')
      ? [{ to: '/settings/users' as const, label: t('nav.users'), icon: Users }]
      : []),
    ...(permissions.includes('tokens.manage')
      ? [{ to: '/settings/tokens' as const, label: t('nav.tokens'), icon: KeyRound }]
      : []),
  ];
  return (
    <nav aria-label={t('nav.title')} className="flex flex-col gap-0.5 p-2">
      {items.map(({ to, label, icon: Icon, count }) => (
        <Link
          key={to}
          to={to}
          activeProps={{ className: 'bg-accent-tint! text-accent-text! font-medium' }}
          className="flex h-9 items-center gap-2.5 rounded-control px-2.5 text-[13px] text-muted hover:bg-sunken hover:text-text"
        >
          <Icon size={16} aria-hidden />
          {label}
          {count !== undefined && count > 0 && (
            <span className="ml-auto rounded-full bg-critical-tint px-1.5 text-[11px] font-semibold text-critical-text tabular">
              {count}
              <span className="sr-only"> {t('status.open')}</span>
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
