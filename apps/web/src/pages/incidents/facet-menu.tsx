import { clsx } from 'clsx';
import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { useT } from '../../i18n/language.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../../ui/menu.tsx';

export interface FacetOption {
  readonly value: string;
  readonly label: ReactNode;
  readonly count?: number | undefined;
}

interface FacetMenuProps {
  readonly label: string;
  readonly options: readonly FacetOption[];
  readonly chosen: readonly string[];
  readonly onToggle: (value: string) => void;
  readonly onClear: () => void;
}

/** One filter: what can be chosen, how many incidents hold it, what is chosen. */
export function FacetMenu({ label, options, chosen, onToggle, onClear }: FacetMenuProps) {
  const t = useT();
  const on = chosen.length > 0;
  return (
    <Menu
      trigger={
        <button
          type="button"
          className={clsx(buttonClass('plain'), on && 'border-accent! bg-accent-tint! text-accent-text')}
        >
          {label}
          {on && (
            <span className="rounded-full bg-accent px-1.5 text-[11px] font-semibold text-on-accent tabular">
              {chosen.length}
            </span>
          )}
          <ChevronDown size={13} aria-hidden className="opacity-60" />
        </button>
      }
    >
      {options.length === 0 && <p className="px-2 py-1.5 text-[13px] text-subtle">{t('filter.nothing')}</p>}
      {options.map((option) => (
        <MenuChoice
          key={option.value}
          several
          checked={chosen.includes(option.value)}
          onToggle={() => onToggle(option.value)}
        >
          <span className="flex min-w-0 flex-1 items-center gap-2">{option.label}</span>
          {option.count !== undefined && <span className="pl-4 text-xs text-subtle tabular">{option.count}</span>}
        </MenuChoice>
      ))}
      {on && (
        <>
          <MenuLine />
          <MenuItem onSelect={onClear}>{t('filter.clearOne')}</MenuItem>
        </>
      )}
    </Menu>
  );
}
