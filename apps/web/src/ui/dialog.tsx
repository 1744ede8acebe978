import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useT } from '../i18n/language.tsx';
import { IconButton } from './button.tsx';

const SHAPES = {
  centre: 'm-auto w-[min(32rem,calc(100vw-2rem))] max-h-[min(44rem,calc(100dvh-2rem))] rounded-card pop-in',
  side: 'ml-auto mr-0 my-0 h-dvh max-h-none w-[min(38rem,100vw)] max-w-none border-l slide-in',
} as const;

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly shape?: keyof typeof SHAPES;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
}

/** A modal surface over the page; the browser's own dialog holds the focus and gives it back. */
export function Dialog(props: DialogProps) {
  return props.open ? <OpenDialog {...props} /> : null;
}

function OpenDialog({ onClose, title, shape = 'centre', children, footer }: DialogProps) {
  const t = useT();
  const heading = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    // The browser would begin at the button that closes; a form begins at its first question.
    dialog?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={heading}
      className={clsx('flex flex-col border bg-surface p-0 text-text shadow-pop backdrop:bg-(--scrim)', SHAPES[shape])}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      <header className="flex items-center gap-3 border-b py-3 pr-3 pl-5">
        <h2 id={heading} className="min-w-0 flex-1 text-[15px] font-semibold foreign">
          {title}
        </h2>
        <IconButton label={t('common.close')} icon={<X size={16} aria-hidden />} onClick={onClose} />
      </header>
      {/* Focusable, so that the keyboard can scroll what has nothing to press in it. */}
      <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto px-5 py-4 focus-visible:-outline-offset-2">
        {children}
      </div>
      {footer && <footer className="flex flex-wrap justify-end gap-2 border-t px-5 py-3">{footer}</footer>}
    </dialog>
  );
}
