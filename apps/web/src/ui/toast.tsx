import { CheckCircle2, OctagonAlert, X } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useT } from '../i18n/language.tsx';
import { IconButton } from './button.tsx';

interface Toast {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  readonly text: string;
  readonly detail?: string | undefined;
}

let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function publish(changed: readonly Toast[]): void {
  toasts = changed;
  for (const tell of listeners) tell();
}

/** Says what happened, for a few seconds; failures stay until they are closed. */
export function toast(kind: Toast['kind'], text: string, detail?: string): void {
  publish([...toasts.slice(-3), { id: next, kind, text, detail }]);
  next += 1;
}

function close(id: number): void {
  publish(toasts.filter((one) => one.id !== id));
}

export function Toaster() {
  const t = useT();
  const shown = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => toasts,
  );
  return (
    <section
      aria-label={t('common.messages')}
      className="pointer-events-none fixed inset-x-4 bottom-4 z-50 flex flex-col items-end gap-2"
    >
      {shown.map((one) => (
        <ToastCard key={one.id} toast={one} />
      ))}
    </section>
  );
}

function ToastCard({ toast: { id, kind, text, detail } }: { readonly toast: Toast }) {
  const t = useT();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (kind === 'failed' || held) return undefined;
    const timer = setTimeout(() => close(id), 5_000);
    return () => clearTimeout(timer);
  }, [id, kind, held]);
  const Glyph = kind === 'done' ? CheckCircle2 : OctagonAlert;
  return (
    <div
      role={kind === 'done' ? 'status' : 'alert'}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      className="pointer-events-auto flex w-full max-w-sm items-start gap-2.5 rounded-card border bg-raised py-2 pr-2 pl-3 shadow-pop pop-in"
    >
      <Glyph size={18} aria-hidden className={kind === 'done' ? 'mt-1.5 text-ok' : 'mt-1.5 text-critical'} />
      <div className="min-w-0 flex-1 py-1">
        <p className="font-medium foreign">{text}</p>
        {detail && <p className="text-[13px] text-muted foreign">{detail}</p>}
      </div>
      <IconButton label={t('common.close')} icon={<X size={14} aria-hidden />} onClick={() => close(id)} />
    </div>
  );
}
