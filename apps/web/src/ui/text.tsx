import { Fragment } from 'react';
import { Time } from './time.tsx';

const MOMENT = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)/;

/** Text of ours or the cluster's, always as text: what stands in backticks is shown as code, moments as a clock. */
export function Statement({ text }: { readonly text: string }) {
  return (
    <span className="foreign">
      {text.split('`').map((part, index) =>
        index % 2 === 1 && part !== '' ? (
          <code key={index} className="rounded-[4px] bg-sunken px-1 py-px text-[0.9em] box-decoration-clone">
            {part}
          </code>
        ) : (
          <Fragment key={index}>{withClocks(part)}</Fragment>
        ),
      )}
    </span>
  );
}

function withClocks(text: string) {
  return text.split(MOMENT).map((part, index) => (index % 2 === 1 ? <Time key={index} at={part} as="clock" /> : part));
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
