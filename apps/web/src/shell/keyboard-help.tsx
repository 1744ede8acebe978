import { useT } from '../i18n/language.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/text.tsx';

const KEYS = [
  {
    group: 'anywhere',
    rows: [
      ['?', 'help'],
      ['g i', 'incidents'],
      ['g a', 'alerts'],
      ['g p', 'profile'],
    ],
  },
  {
    group: 'list',
    rows: [
      ['j', 'down'],
      ['k', 'up'],
      ['Enter', 'open'],
      ['x', 'select'],
      ['Shift x', 'range'],
      ['a', 'acknowledge'],
      ['/', 'search'],
      ['Esc', 'clear'],
    ],
  },
  {
    group: 'incident',
    rows: [
      ['a', 'acknowledge'],
      ['r', 'resolve'],
      ['s', 'assign'],
      ['e', 'evidence'],
      ['c', 'comment'],
      ['1', 'tabs'],
      ['y', 'link'],
      ['u', 'back'],
    ],
  },
] as const;

/** Every key the page knows. */
export function KeyboardHelp({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open={open} onClose={onClose} title={t('keys.title')}>
      <div className="flex flex-col gap-5">
        {KEYS.map(({ group, rows }) => (
          <section key={group}>
            <h3 className="mb-1.5 text-xs font-medium text-subtle">{t(`keys.${group}`)}</h3>
            <dl className="flex flex-col">
              {rows.map(([key, what]) => (
                <div key={what} className="flex items-center justify-between border-b py-1.5 text-[13px] last:border-0">
                  <dt>{t(`keys.${group}.${what}` as 'keys.list.down')}</dt>
                  <dd className="flex gap-1">
                    {key.split(' ').map((part) => (
                      <Kbd key={part}>{part}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
