import { Fragment } from 'react';

/** Text of ours or the cluster's, always as text; what stands in backticks is shown as code. */
export function Statement({ text }: { readonly text: string }) {
  return (
    <span className="foreign">
      {text.split('`').map((part, index) =>
        index % 2 === 1 && part !== '' ? (
          <code key={index} className="rounded-[4px] bg-sunken px-1 py-px text-[0.9em] box-decoration-clone">
            {part}
          </code>
        ) : (
          <Fragment key={index}>{part}</Fragment>
        ),
      )}
    </span>
  );
}

/** One line of the same text, without the code marks. */
export function plainStatement(text: string): string {
  return text.replaceAll('`', '');
}

export function Kbd({ children }: { readonly children: string }) {
  return (
    <kbd className="inline-grid h-5 min-w-5 place-items-center rounded-[4px] border border-b-2 bg-surface px-1 text-[11px] text-muted">
      {children}
    </kbd>
  );
}
