import { Clock3, Ellipsis, Link2, Merge, RotateCcw, ScanSearch } from 'lucide-react';
import { useT } from '../../i18n/language.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx';
import { useIncidentView } from './incident-context.tsx';
import { type Asking, useAvailability, type Verbs } from './use-verbs.ts';

interface MoreActionsProps {
  readonly verbs: Verbs;
  readonly onAsk: (what: Asking) => void;
  readonly onCopyLink: () => void;
}

/** The rarer actions. */
export function MoreActions({ verbs, onAsk, onCopyLink }: MoreActionsProps) {
  const t = useT();
  const why = useAvailability();
  const { incident } = useIncidentView();
  const clock = <Clock3 size={14} aria-hidden />;
  return (
    <Menu
      align="end"
      trigger={<IconButton look="plain" label={t('action.more')} icon={<Ellipsis size={16} aria-hidden />} />}
    >
      {incident.snoozedUntil === null ? (
        <MenuItem icon={clock} disabledReason={why('snooze')} onSelect={() => onAsk('snooze')}>
          {t('action.snooze')}
        </MenuItem>
      ) : (
        <MenuItem icon={clock} disabledReason={why('unsnooze')} onSelect={() => void verbs.run('unsnooze')}>
          {t('action.unsnooze')}
        </MenuItem>
      )}
      {incident.status === 'acknowledged' && (
        <MenuItem
          icon={<RotateCcw size={14} aria-hidden />}
          disabledReason={why('unacknowledge')}
          onSelect={() => void verbs.run('unacknowledge')}
        >
          {t('action.unacknowledge')}
        </MenuItem>
      )}
      <MenuItem icon={<Merge size={14} aria-hidden />} disabledReason={why('merge')} onSelect={() => onAsk('merge')}>
        {t('action.merge')}
      </MenuItem>
      <MenuItem
        icon={<ScanSearch size={14} aria-hidden />}
        disabledReason={why('diagnose')}
        onSelect={() => void verbs.run('analyze')}
      >
        {t('action.analyze')}
      </MenuItem>
      <MenuLine />
      <MenuItem icon={<Link2 size={14} aria-hidden />} onSelect={onCopyLink}>
        {t('action.copyLink')}
      </MenuItem>
    </Menu>
  );
}
