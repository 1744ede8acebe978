import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';
import { Tip } from './tip.tsx';

const LOOKS = {
  primary: 'bg-accent text-on-accent border-transparent hover:brightness-110 font-medium',
  plain: 'bg-surface text-text border-control/50 hover:bg-sunken hover:border-control',
  quiet: 'bg-transparent text-muted border-transparent hover:bg-sunken hover:text-text',
  danger: 'bg-surface text-critical-text border-critical/60 hover:bg-critical-tint',
} as const;

const SIZES = {
  small: 'h-7 px-2 text-xs gap-1',
  normal: 'h-8 px-3 text-[13px] gap-1.5',
  large: 'h-10 px-4 text-sm gap-2',
  icon: 'size-8 justify-center',
} as const;

export type ButtonLook = keyof typeof LOOKS;

export function buttonClass(look: ButtonLook = 'plain', size: keyof typeof SIZES = 'normal'): string {
  return clsx(
    'inline-flex shrink-0 items-center rounded-control border whitespace-nowrap transition-colors duration-100 select-none',
    'disabled:opacity-50 disabled:hover:bg-surface aria-disabled:opacity-50 aria-disabled:cursor-not-allowed',
    LOOKS[look],
    SIZES[size],
  );
}

export interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: ButtonLook | undefined;
  readonly size?: keyof typeof SIZES | undefined;
  /** Why it cannot be pressed now; the button stays reachable and says so. */
  readonly disabledReason?: string | null | undefined;
  readonly busy?: boolean | undefined;
  readonly icon?: ReactNode;
}

export function Button({ look, size, disabledReason, busy, icon, children, className, ...rest }: ButtonProps) {
  const off = Boolean(disabledReason) || busy === true;
  const button = (
    <button
      type="button"
      {...rest}
      className={clsx(buttonClass(look, size), className)}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      onClick={off ? (event) => event.preventDefault() : rest.onClick}
    >
      {icon}
      {children}
    </button>
  );
  return disabledReason ? <Tip text={disabledReason}>{button}</Tip> : button;
}

export interface IconButtonProps extends Omit<ButtonProps, 'children'> {
  readonly label: string;
}

/** A button that shows only a glyph; its name is spoken and shown on hover and focus. */
export function IconButton({ label, icon, look = 'quiet', ...rest }: IconButtonProps) {
  return (
    <Tip text={rest.disabledReason ?? label} decorative>
      <Button {...rest} disabledReason={undefined} look={look} size="icon" aria-label={label} icon={icon} />
    </Tip>
  );
}
