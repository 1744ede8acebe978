import { useNavigate } from '@tanstack/react-router';
import { CheckCheck, Clock3, Ellipsis, Link2, Merge, RotateCcw, ScanSearch, UserCheck, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../../i18n/language.tsx';
import { copyText } from '../../platform/copy.ts';
import { useKeys } from '../../platform/use-keys.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { toast } from '../../ui/toast.tsx';
import { AssignDialog } from './assign-dialog.tsx';
import { useIncidentView } from './incident-context.tsx';
import { MergeDialog } from './merge-dialog.tsx';
import { SnoozeDialog } from './snooze-dialog.tsx';
import { useVerbs } from './use-verbs.ts';

type Asking = 'assign' | 'resolve' | 'snooze' | 'merge';

/** What one may do now. Whether, and why not, is the server's word; what cannot be done stays visible and says why. */
export function Actions() {
  const t = useT();
  const { incident } = useIncidentView();
  const navigate = useNavigate();
  const verbs = useVerbs(incident.id);
  const [asking, setAsking] = useState<Asking | null>(null);
  const why = (action: keyof typeof incident.actions): string | null => {
    const availability = incident.actions[action];
    return availability?.allowed ? null : (availability?.reason ?? t('action.unavailable'));
  };
  const close = (): void => setAsking(null);
  const ask = (what: Asking): void => {
    if (why(what) === null) setAsking(what);
  };
  const copyLink = async (): Promise<void> => {
    if (await copyText(location.href)) toast('done', t('common.linkCopied'));
  };
  const acknowledge = (): void => {
    if (why('acknowledge') === null) void verbs.run('acknowledge');
  };
  useKeys({
    a: acknowledge,
    r: () => ask('resolve'),
    s: () => ask('assign'),
    y: () => void copyLink(),
    u: () => void navigate({ to: '/incidents' }),
  });
  const resolved = incident.status === 'resolved';
  return (
    <div className="flex flex-wrap items-center gap-2">
      {resolved ? (
        <Button
          look="primary"
          icon={<RotateCcw size={14} aria-hidden />}
          busy={verbs.busy === 'reopen'}
          disabledReason={why('reopen')}
          onClick={() => void verbs.run('reopen')}
        >
          {t('action.reopen')}
        </Button>
      ) : (
        <>
          {incident.status === 'open' && (
            <Button
              look="primary"
              icon={<UserCheck size={14} aria-hidden />}
              busy={verbs.busy === 'acknowledge'}
              disabledReason={why('acknowledge')}
              onClick={acknowledge}
            >
              {t('action.acknowledge')}
            </Button>
          )}
          <Button
            look={incident.status === 'acknowledged' ? 'primary' : 'plain'}
            icon={<CheckCheck size={14} aria-hidden />}
            busy={verbs.busy === 'resolve'}
            disabledReason={why('resolve')}
            onClick={() => setAsking('resolve')}
          >
            {t('action.resolve')}
          </Button>
        </>
      )}
      <Button icon={<UserPlus size={14} aria-hidden />} disabledReason={why('assign')} onClick={() => setAsking('assign')}>
        {t('action.assign')}
      </Button>
      <Menu
        align="end"
        trigger={<IconButton look="plain" label={t('action.more')} icon={<Ellipsis size={16} aria-hidden />} />}
      >
        {incident.snoozedUntil === null ? (
          <MenuItem icon={<Clock3 size={14} aria-hidden />} disabledReason={why('snooze')} onSelect={() => setAsking('snooze')}>
            {t('action.snooze')}
          </MenuItem>
        ) : (
          <MenuItem icon={<Clock3 size={14} aria-hidden />} disabledReason={why('unsnooze')} onSelect={() => void verbs.run('unsnooze')}>
            {t('action.unsnooze')}
          </MenuItem>
        )}
        {incident.status === 'acknowledged' && (
          <MenuItem icon={<RotateCcw size={14} aria-hidden />} disabledReason={why('unacknowledge')} onSelect={() => void verbs.run('unacknowledge')}>
            {t('action.unacknowledge')}
          </MenuItem>
        )}
        <MenuItem icon={<Merge size={14} aria-hidden />} disabledReason={why('merge')} onSelect={() => setAsking('merge')}>
          {t('action.merge')}
        </MenuItem>
        <MenuItem icon={<ScanSearch size={14} aria-hidden />} disabledReason={why('diagnose')} onSelect={() => void verbs.run('analyze')}>
          {t('action.analyze')}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={<Link2 size={14} aria-hidden />} onSelect={() => void copyLink()}>
          {t('action.copyLink')}
        </MenuItem>
      </Menu>
      <ReasonDialog
        open={asking === 'resolve'}
        title={t('resolve.title', { title: incident.title })}
        label={t('resolve.reason')}
        confirm={t('action.resolve')}
        onClose={close}
        onConfirm={async (reason) => {
          if (await verbs.run('resolve', reason === '' ? {} : { reason })) close();
        }}
      />
      <AssignDialog open={asking === 'assign'} onClose={close} onAssign={(assignee) => verbs.run('assign', { assignee })} />
      <SnoozeDialog open={asking === 'snooze'} onClose={close} onSnooze={(minutes) => verbs.run('snooze', { minutes })} />
      <MergeDialog open={asking === 'merge'} onClose={close} onMerge={(ids) => verbs.run('merge', { incidentIds: ids })} />
    </div>
  );
}
