import { clsx } from 'clsx';
import { Check } from 'lucide-react';
import {
  cloneElement,
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useId,
  useRef,
  useState,
} from 'react';
import { placeMenu } from './place-menu.ts';

const ITEM =
  'flex min-h-8 w-full items-center gap-2 rounded-[5px] px-2 py-1 text-left text-[13px] outline-none select-none hover:bg-accent-tint focus:bg-accent-tint aria-disabled:text-subtle aria-disabled:cursor-not-allowed';

const CloseContext = createContext(() => {});

interface MenuProps {
  /** A button; it opens the menu and has its name spoken. */
  readonly trigger: ReactElement<{ popoverTarget?: string; 'aria-haspopup'?: 'menu' }>;
  readonly children: ReactNode;
  readonly align?: 'start' | 'end';
}

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_at, count) => count - 1,
};

/** A menu in the browser's own top layer, which closes it on Escape and on a press elsewhere and gives the focus back. */
export function Menu({ trigger, children, align = 'start' }: MenuProps) {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const items = () => [...(menu.current?.querySelectorAll<HTMLElement>('[data-item]') ?? [])];
  const onToggle = (shown: boolean): void => {
    setOpen(shown);
    // The items come into the page with this state; only then is there a size to place and an item to focus.
    if (!shown) return;
    requestAnimationFrame(() => {
      if (menu.current) placeMenu(menu.current, align);
      items()[0]?.focus();
    });
  };
  const onKey = (key: string): boolean => {
    const all = items();
    const at = all.findIndex((item) => item === document.activeElement);
    const step = STEPS[key];
    const typed = key.length === 1 && key !== ' ' ? key.toLowerCase() : null;
    const next = step
      ? all[step(at, all.length)]
      : typed && [...all.slice(at + 1), ...all].find((item) => item.textContent.trim().toLowerCase().startsWith(typed));
    if (!next) return false;
    next.focus();
    return true;
  };
  return (
    <>
      {cloneElement(trigger, { popoverTarget: id, 'aria-haspopup': 'menu' })}
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        onToggle={(event) => onToggle(event.newState === 'open')}
        onKeyDown={(event) => {
          if (event.key === 'Tab') menu.current?.hidePopover();
          else if (onKey(event.key)) event.preventDefault();
        }}
        className="fixed inset-auto m-0 max-h-[min(26rem,70dvh)] max-w-[calc(100vw-16px)] min-w-44 overflow-y-auto rounded-card border bg-raised p-1 text-text shadow-pop open:pop-in"
      >
        <CloseContext value={() => menu.current?.hidePopover()}>{open && children}</CloseContext>
      </div>
    </>
  );
}

interface MenuItemProps {
  readonly children: ReactNode;
  readonly icon?: ReactNode;
  readonly onSelect: () => void;
  readonly disabledReason?: string | null | undefined;
  readonly danger?: boolean;
}

export function MenuItem({ children, icon, onSelect, disabledReason, danger = false }: MenuItemProps) {
  const close = useContext(CloseContext);
  const off = Boolean(disabledReason);
  return (
    <button
      type="button"
      role="menuitem"
      data-item
      tabIndex={-1}
      aria-disabled={off || undefined}
      className={clsx(ITEM, danger && 'text-critical-text')}
      onClick={() => {
        if (off) return;
        close();
        onSelect();
      }}
    >
      {icon}
      <span className="flex min-w-0 flex-col">
        <span>{children}</span>
        {disabledReason && <span className="max-w-56 text-xs text-subtle">{disabledReason}</span>}
      </span>
    </button>
  );
}

interface MenuChoiceProps {
  readonly checked: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
  /** Several can be chosen: the menu stays open. */
  readonly several?: boolean;
}

export function MenuChoice({ checked, onToggle, children, several = false }: MenuChoiceProps) {
  const close = useContext(CloseContext);
  return (
    <button
      type="button"
      role={several ? 'menuitemcheckbox' : 'menuitemradio'}
      aria-checked={checked}
      data-item
      tabIndex={-1}
      className={ITEM}
      onClick={() => {
        if (!several) close();
        onToggle();
      }}
    >
      <span
        aria-hidden
        className={clsx(
          'grid size-4 shrink-0 place-items-center border border-control',
          several ? 'rounded-[4px]' : 'rounded-full',
          checked && 'border-accent bg-accent text-on-accent',
        )}
      >
        {checked && <Check size={12} strokeWidth={3} />}
      </span>
      {children}
    </button>
  );
}

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return (
    <div role="presentation" className="px-2 pt-2 pb-1 text-xs text-subtle">
      {children}
    </div>
  );
}

export function MenuLine() {
  return <hr className="my-1 border-line" />;
}
