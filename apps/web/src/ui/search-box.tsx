import { Search } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { Kbd } from './text.tsx';

const TYPING_PAUSE_MS = 250;

interface SearchBoxProps {
  readonly ref: RefObject<HTMLInputElement | null>;
  readonly value: string;
  readonly label: string;
  readonly placeholder: string;
  readonly onSearch: (text: string) => void;
}

/** A search field that asks once the typing pauses; Escape empties it, then leaves it. */
export function SearchBox({ ref, value, label, placeholder, onSearch }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    // Back and forward change the address; what is being typed is not overwritten by its own echo.
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = text.trim();
      onSearch(text.trim());
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div className="relative min-w-0 flex-1 sm:max-w-64 lg:w-60 lg:flex-none">
      <Search size={15} aria-hidden className="pointer-events-none absolute top-2 left-2.5 text-subtle" />
      <input
        ref={ref}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
          if (text === '') event.currentTarget.blur();
          else setText('');
          event.preventDefault();
        }}
        className="h-8 w-full rounded-control border border-control/70 bg-surface pr-8 pl-8 text-[13px] placeholder:text-subtle hover:border-control [&::-webkit-search-cancel-button]:hidden"
      />
      <span aria-hidden className="absolute top-1.5 right-2">
        <Kbd>/</Kbd>
      </span>
    </div>
  );
}
