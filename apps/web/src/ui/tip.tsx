import { cloneElement, type ReactElement, useId, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

interface Place {
  readonly left: number;
  readonly top: number;
  readonly above: boolean;
}

interface TipProps {
  readonly text: string;
  /** True when the text only repeats the accessible name. */
  readonly decorative?: boolean;
  readonly children: ReactElement<{ 'aria-describedby'?: string | undefined }>;
}

/** A short text shown while the element inside is hovered or focused. */
export function Tip({ text, decorative = false, children }: TipProps) {
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const [place, setPlace] = useState<Place | null>(null);
  const show = (): void => {
    const box = anchor.current?.firstElementChild?.getBoundingClientRect();
    if (!box) return;
    const above = box.bottom + 48 > innerHeight;
    const left = Math.min(Math.max(box.left + box.width / 2, 90), innerWidth - 90);
    setPlace({ left, top: above ? box.top - 8 : box.bottom + 8, above });
  };
  const hide = (): void => setPlace(null);
  return (
    <span
      ref={anchor}
      className="contents"
      onPointerEnter={show}
      onPointerLeave={hide}
      onFocus={show}
      onBlur={hide}
      onPointerDown={hide}
      onKeyDown={hide}
    >
      {cloneElement(children, decorative || !place ? {} : { 'aria-describedby': id })}
      {place &&
        createPortal(
          <span
            id={id}
            role="tooltip"
            className="pointer-events-none fixed z-50 max-w-72 -translate-x-1/2 rounded-control bg-text px-2 py-1 text-xs text-page shadow-pop pop-in"
            style={{ left: place.left, top: place.top, translate: place.above ? '-50% -100%' : '-50% 0' }}
          >
            {text}
          </span>,
          document.body,
        )}
    </span>
  );
}
