import { clsx } from 'clsx';
import { type ComponentProps, type ReactNode, useId } from 'react';

const CONTROL =
  'w-full rounded-control border border-control/70 bg-surface px-2.5 text-text placeholder:text-subtle hover:border-control focus-visible:outline-offset-0 aria-invalid:border-critical';

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly children: (ids: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': boolean;
  }) => ReactNode;
}

/** A labelled control with its hint and its error tied to it. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-[13px] font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': note ? `${id}-note` : undefined, 'aria-invalid': error !== undefined })}
      {note && (
        <p id={`${id}-note`} className={clsx('text-[13px]', error ? 'text-critical-text' : 'text-subtle')}>
          {note}
        </p>
      )}
    </div>
  );
}

export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={clsx(CONTROL, 'h-9', className)} />;
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea rows={3} {...rest} className={clsx(CONTROL, 'resize-y py-2 leading-snug', className)} />;
}

export function Choice({ className, ...rest }: ComponentProps<'select'>) {
  return <select {...rest} className={clsx(CONTROL, 'h-9', className)} />;
}

export function Tick({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input type="checkbox" {...rest} className={clsx('size-4 shrink-0 cursor-pointer accent-(--accent)', className)} />
  );
}
