import { clsx } from 'clsx';
import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

const ITEM =
  'flex min-h-8 items-center gap-2 rounded-[5px] px-2 py-1 text-[13px] outline-none select-none data-highlighted:bg-accent-tint data-disabled:text-subtle';

interface MenuProps {
  readonly trigger: ReactElement;
  readonly children: ReactNode;
  readonly align?: 'start' | 'end';
}

// Not modal: a modal menu would lock scrolling through an injected style element, which the page's policy forbids.
export function Menu({ trigger, children, align = 'start' }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-40 max-h-[min(26rem,70dvh)] min-w-44 overflow-y-auto rounded-card border bg-raised p-1 shadow-pop pop-in"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
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
  return (
    <DropdownMenu.Item
      className={clsx(ITEM, danger && 'text-critical-text')}
      disabled={Boolean(disabledReason)}
      onSelect={onSelect}
    >
      {icon}
      <span className="flex flex-col">
        <span>{children}</span>
        {disabledReason && <span className="max-w-56 text-xs text-subtle">{disabledReason}</span>}
      </span>
    </DropdownMenu.Item>
  );
}

interface MenuChoiceProps {
  readonly checked: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
  /** Stays open so that several can be chosen. */
  readonly several?: boolean;
}

export function MenuChoice({ checked, onToggle, children, several = false }: MenuChoiceProps) {
  return (
    <DropdownMenu.CheckboxItem
      checked={checked}
      onCheckedChange={onToggle}
      onSelect={several ? (event) => event.preventDefault() : () => {}}
      className={ITEM}
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
    </DropdownMenu.CheckboxItem>
  );
}

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return <DropdownMenu.Label className="px-2 pt-2 pb-1 text-xs text-subtle">{children}</DropdownMenu.Label>;
}

export function MenuLine() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}
