import { CheckCheck, UserCheck, X } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../../i18n/language.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { Kbd } from '../../ui/text.tsx';
import type { useBulk } from './use-bulk.ts';

interface SelectionBarProps {
  readonly selected: ReadonlySet<string>;
  readonly onClear: () => void;
  readonly bulk: ReturnType<typeof useBulk>;
}

/** What can be done with the selected incidents. */
export function SelectionBar({ selected, onClear, bulk }: SelectionBarProps) {
  const t = useT();
  const [resolving, setResolving] = useState(false);
  const ids = [...selected];
  if (ids.length === 0) return null;
  return (
    <section
      aria-label={t('bulk.title')}
      className="flex flex-wrap items-center gap-2 border-t bg-raised px-4 py-2 shadow-pop pop-in"
    >
      <span role="status" className="mr-2 text-[13px] font-medium">
        {t.count('bulk.selected', ids.length)}
      </span>
      <Button
        look="primary"
        busy={bulk.busy}
        icon={<UserCheck size={14} aria-hidden />}
        onClick={() => void bulk.run('acknowledge', ids)}
      >
        {t('action.acknowledge')}
        <span className="hidden lg:inline">
          <Kbd>a</Kbd>
        </span>
      </Button>
      <Button busy={bulk.busy} icon={<CheckCheck size={14} aria-hidden />} onClick={() => setResolving(true)}>
        {t('action.resolve')}
      </Button>
      <span className="ml-auto">
        <IconButton label={t('bulk.clear')} icon={<X size={16} aria-hidden />} onClick={onClear} />
      </span>
      <ReasonDialog
        open={resolving}
        title={t.count('bulk.resolveTitle', ids.length)}
        label={t('resolve.reason')}
        confirm={t('action.resolve')}
        onClose={() => setResolving(false)}
        onConfirm={async (reason) => {
          setResolving(false);
          await bulk.run('resolve', ids, reason === '' ? {} : { reason });
        }}
      />
    </section>
  );
}
